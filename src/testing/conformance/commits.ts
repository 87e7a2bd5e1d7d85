import assert from 'node:assert/strict';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertAtLeastOnce, assertSameValues, door, numbered } from './expect.ts';

const group = new CaseGroup('commits and restart');

group.add('goes on after a restart without loss or repetition', async (bench) => {
  const topic = await bench.topic(2);
  const name = bench.name('group');
  await bench.write(topic, numbered('a', 50));
  const first = await bench.consume(topic, { group: name });
  await bench.done(50, first);
  await bench.stop(first);
  await bench.write(topic, numbered('b', 50));
  const second = await bench.consume(topic, { group: name });
  await bench.done(50, second);
  assertSameValues(second.values(), numbered('b', 50));
});

group.add('commits as it goes', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.consume(topic, { group: name, commit: { everyRecords: 1 } });
  await bench.write(topic, ['a', 'b']);
  await bench.committedTo(2, name, topic);
});

group.add('loses nothing when a process is killed', async (bench) => {
  const topic = await bench.topic(2);
  const name = bench.name('group');
  const values = numbered('v', 100);
  await bench.write(topic, values);
  // Stuck half-way, so that the kill finds finished and unfinished work, committed or not.
  const first = bench.probe(topic, {
    group: name,
    behave: () => (first.done.length < 10 ? undefined : new Promise(() => {})),
  });
  await bench.start(first);
  await bench.done(10, first);
  await bench.crash(first);
  const second = await bench.consume(topic, { group: name });
  await bench.until('everything is handled', () => {
    return new Set([...first.values(), ...second.values()]).size === values.length;
  });
  assert.ok(second.done.length >= values.length - 11, 'the first was stopped half-way');
  assertAtLeastOnce([...first.values(), ...second.values()], values);
});

group.add('never commits past a record that is not finished', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, numbered('v', 10));
  const held = door();
  const probe = await bench.consume(topic, {
    group: name,
    concurrency: { order: 'none', limit: 20 },
    commit: { everyRecords: 1 },
    behave: ({ offset }) => (offset === 3 ? held.opened : undefined),
  });
  await bench.done(9, probe);
  await bench.committedTo(3, name, topic);
  assert.equal(probe.done.length, 9);
  held.open();
  await bench.committedTo(10, name, topic);
});

group.add(
  'does not repeat, after a crash, what was finished behind an unfinished record',
  async (bench) => {
    const topic = await bench.topic(1);
    const name = bench.name('group');
    await bench.write(topic, numbered('v', 10));
    const options = { group: name, concurrency: { order: 'none', limit: 20 } } as const;
    const first = await bench.consume(topic, {
      ...options,
      behave: ({ offset }) => (offset === 3 ? new Promise(() => {}) : undefined),
    });
    await bench.done(9, first);
    await bench.settle('a commit', first.consumer.commit());
    await bench.crash(first);
    const second = await bench.consume(topic, options);
    await bench.done(1, second);
    await bench.write(topic, ['v10']);
    await bench.done(2, second);
    assert.deepEqual(second.values(), ['v3', 'v10']);
  },
  { needs: ['commitMetadata'] },
);

group.add('commits on request alone, if told to, and on stop', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, numbered('v', 6));
  const probe = await bench.consume(topic, {
    group: name,
    commit: 'manual',
    behave: ({ offset }, { commit }) => (offset === 2 ? commit() : undefined),
  });
  await bench.done(6, probe);
  assert.equal(await bench.committed(name, topic), 3);
  await bench.stop(probe);
  await bench.committedTo(6, name, topic);
});

group.add('shows committed positions, offsets and members to the admin', async (bench) => {
  const topic = await bench.topic(2);
  const name = bench.name('group');
  await bench.write(topic, ['a', 'b', 'c'], 1);
  const probe = await bench.consume(topic, { group: name });
  await bench.done(3, probe);
  await bench.committedTo(3, name, topic, 1);
  const ends = await bench.settle('offsets', bench.admin.offsets(topic, 'latest'));
  assert.deepEqual(
    ends.map(({ partition, offset }) => [partition, offset]),
    [
      [0, 0],
      [1, 3],
    ],
  );
  const { members } = await bench.settle('the group', bench.admin.group(name));
  assert.deepEqual(
    members.map((member) => member.partitions.length),
    [2],
  );
});

export const commits: readonly ConformanceCase[] = group.cases;
