import assert from 'node:assert/strict';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertSameValues, door, numbered } from './expect.ts';

const group = new CaseGroup('back-pressure, pause and stop');

group.add('lets no partition wait for another whose handler is stuck', async (bench) => {
  const topic = await bench.topic(2);
  const stuck = numbered('stuck', 1_000);
  // Several writes: a broker may hand out what was written at once only as a whole.
  for (let i = 0; i < stuck.length; i += 50) await bench.write(topic, stuck.slice(i, i + 50), 0);
  await bench.write(topic, numbered('v', 1_000), 1);
  const held = door();
  const probe = await bench.consume(topic, {
    buffer: { highRecords: 20 },
    fetch: { maxBytesPerPartition: 2_000 },
    behave: ({ partition }) => (partition === 0 ? held.opened : undefined),
  });
  await bench.done(1_000, probe);
  const { partitions } = probe.consumer.status();
  const waiting = partitions.find(({ partition }) => partition === 0);
  assert.equal(waiting?.handlers, 1);
  assert.ok((waiting?.buffered ?? stuck.length) < 500, 'a stuck partition is not read on and on');
  held.open();
  await bench.done(2_000, probe);
  assert.deepEqual(probe.values(0), stuck);
});

group.add('hands out nothing while paused, and everything after resume', async (bench) => {
  const topic = await bench.topic(2);
  const probe = await bench.consume(topic);
  const partition = { topic, partition: 0 };
  probe.consumer.pause([partition]);
  await bench.write(topic, ['a', 'b'], 0);
  await bench.write(topic, ['c'], 1);
  await bench.done(1, probe);
  assert.deepEqual(probe.values(), ['c']);
  await bench.settle('resume', probe.consumer.resume([partition]));
  await bench.done(3, probe);
  assert.deepEqual(probe.values(0), ['a', 'b']);
});

group.add('waits on stop for running handlers, commits them and starts no more', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, numbered('v', 5));
  const held = door();
  const probe = await bench.consume(topic, { group: name, behave: () => held.opened });
  await bench.until('the first is under way', () => probe.started.length === 1);
  const stopping = probe.app.stop();
  held.open();
  await bench.settle('the stop', stopping);
  assert.deepEqual(probe.values(), ['v0']);
  assert.equal(await bench.committed(name, topic), 1);
  assert.deepEqual(probe.closed, [{ partition: { topic, partition: 0 }, reason: 'stopped' }]);
});

group.add(
  'tells handlers to end when a stop takes too long, and repeats their work',
  async (bench) => {
    const topic = await bench.topic(1);
    const name = bench.name('group');
    await bench.write(topic, ['a']);
    const aborted = door();
    const probe = await bench.consume(topic, {
      group: name,
      stopTimeoutMs: 500,
      behave: (_, { signal }) => {
        signal.addEventListener('abort', aborted.open);
        return new Promise(() => {});
      },
    });
    await bench.until('the handler is under way', () => probe.started.length === 1);
    await bench.stop(probe);
    await bench.settle('the signal', aborted.opened);
    const second = await bench.consume(topic, { group: name });
    await bench.done(1, second);
    assert.deepEqual(second.values(), ['a']);
  },
);

group.add('leaves the group on stop, so that others take over', async (bench) => {
  const topic = await bench.topic(2);
  const options = { group: bench.name('group') };
  const a = await bench.consume(topic, options);
  const b = await bench.consume(topic, options);
  await bench.shared(2, a, b);
  await bench.stop(a);
  await bench.stop(a);
  await bench.shared(2, b);
  await bench.write(topic, ['x'], 0);
  await bench.write(topic, ['y'], 1);
  await bench.done(2, b);
  assertSameValues(b.values(), ['x', 'y']);
});

export const flow: readonly ConformanceCase[] = group.cases;
