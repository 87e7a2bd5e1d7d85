import assert from 'node:assert/strict';
import type { StartPosition } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { numbered } from './expect.ts';
import type { Workbench } from './workbench.ts';

const group = new CaseGroup('positions');

/** Values from the start position on, up to `last`, which is written after the consumer has joined. */
async function readFrom(bench: Workbench, topic: string, start: StartPosition): Promise<string[]> {
  const probe = await bench.consume(topic, { start });
  await bench.write(topic, ['last']);
  await bench.until('the last record is handled', () => probe.values().includes('last'));
  return probe.values();
}

group.add('begins with the oldest record', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, ['a', 'b']);
  assert.deepEqual(await readFrom(bench, topic, 'earliest'), ['a', 'b', 'last']);
});

group.add('begins with what is new', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, ['a', 'b']);
  assert.deepEqual(await readFrom(bench, topic, 'latest'), ['last']);
});

group.add('begins at an offset', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, ['a', 'b', 'c']);
  assert.deepEqual(await readFrom(bench, topic, { offset: 1 }), ['b', 'c', 'last']);
});

group.add(
  'begins at a point in time',
  async (bench) => {
    const topic = await bench.topic(1);
    const nowMs = bench.target.system.clock.now();
    for (const [i, value] of ['a', 'b', 'c'].entries())
      await bench.write(topic, [{ value, timestampMs: nowMs - 10_000 + i * 1_000 }]);
    const all = await bench.consume(topic);
    await bench.done(3, all);
    // A broker may give records its own time; what it gave is what counts.
    const timestampMs = all.done[1]?.timestampMs ?? 0;
    const expected = all.done.filter((record) => record.timestampMs >= timestampMs);
    const values = await readFrom(bench, topic, { timestampMs });
    assert.deepEqual(values, [...expected.map(({ value }) => String(value)), 'last']);
  },
  { needs: ['startAtTime'] },
);

group.add('begins at the committed position, whatever start says', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, ['a', 'b', 'c']);
  await bench.settle(
    'a position is set',
    bench.admin.commit(name, [{ topic, partition: 0, offset: 2 }]),
  );
  for (const start of ['earliest', 'latest'] as const) {
    const probe = await bench.consume(topic, { group: name, start, commit: 'manual' });
    await bench.done(1, probe);
    assert.deepEqual(probe.values(), ['c']);
    await bench.stop(probe);
    const back = [{ topic, partition: 0, offset: 2 }];
    await bench.settle('the position is set back', bench.admin.commit(name, back));
  }
});

group.add(
  'stands still at a position outside the log, and says so, until it is moved',
  async (bench) => {
    const topic = await bench.topic(1);
    await bench.write(topic, ['a', 'b']);
    const probe = await bench.consume(topic, { start: { offset: 1_000 }, outOfRange: 'fail' });
    await bench.until('health has turned red', () => !probe.app.health().ok);
    assert.deepEqual(probe.values(), []);
    const moved = probe.consumer.seek({ topic, partition: 0 }, { offset: 1 });
    await bench.settle('the seek is done', moved);
    await bench.done(1, probe);
    assert.deepEqual(probe.values(), ['b']);
    await bench.until('health is green again', () => probe.app.health().ok);
  },
);

group.add(
  'goes to the oldest record from a position outside the log, if told to',
  async (bench) => {
    const topic = await bench.topic(1);
    await bench.write(topic, ['a', 'b']);
    const probe = await bench.consume(topic, { start: { offset: 1_000 }, outOfRange: 'earliest' });
    await bench.done(2, probe);
    assert.deepEqual(probe.values(), ['a', 'b']);
  },
);

group.add(
  'goes on behind records that retention has deleted',
  async (bench) => {
    const topic = await bench.topic(1);
    await bench.write(topic, numbered('v', 10));
    await bench.target.deleteRecordsBefore?.(topic, 0, 7);
    const probe = await bench.consume(topic, { start: { offset: 2 }, outOfRange: 'earliest' });
    await bench.done(3, probe);
    assert.deepEqual(probe.values(), ['v7', 'v8', 'v9']);
  },
  { needs: ['deleteRecordsBefore'] },
);

group.add('moves back and forth by seek while it runs', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, numbered('v', 5));
  const probe = await bench.consume(topic);
  await bench.done(5, probe);
  const partition = { topic, partition: 0 };
  await bench.settle('seek back', probe.consumer.seek(partition, { offset: 3 }));
  await bench.done(7, probe);
  assert.deepEqual(probe.values().slice(5), ['v3', 'v4']);
  await bench.settle('seek to the end', probe.consumer.seek(partition, { offset: 5 }));
  await bench.write(topic, ['v5']);
  await bench.done(8, probe);
  assert.equal(probe.values().at(-1), 'v5');
});

export const positions: readonly ConformanceCase[] = group.cases;
