import assert from 'node:assert/strict';
import type { AssignorName } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertAtLeastOnce, assertSameValues, door, numbered } from './expect.ts';
import type { Probe } from './probe.ts';
import type { ProbeOptions, Workbench } from './workbench.ts';

const group = new CaseGroup('rebalance');
const assignors: readonly AssignorName[] = ['range', 'roundrobin', 'sticky', 'cooperative-sticky'];

/** Writes further records until each of these has handled some: they all take part. */
async function everyoneWorks(bench: Workbench, topic: string, probes: Probe[]): Promise<string[]> {
  const before = probes.map((probe) => probe.done.length);
  const values = numbered(bench.name('v'), 40);
  for (const partition of [0, 1, 2, 3])
    await bench.write(topic, values.slice(partition * 10, partition * 10 + 10), partition);
  await bench.until('everyone has handled records', () =>
    probes.every((probe, i) => probe.done.length > (before[i] ?? 0)),
  );
  return values;
}

for (const assignor of assignors)
  group.add(
    `hands over to members that come and go, without loss or repetition (${assignor})`,
    async (bench) => {
      const topic = await bench.topic(4);
      const options: ProbeOptions = { group: bench.name('group'), assignor };
      const a = await bench.consume(topic, options);
      await bench.shared(4, a);
      const values = await everyoneWorks(bench, topic, [a]);
      const b = await bench.consume(topic, options);
      await bench.shared(4, a, b);
      values.push(...(await everyoneWorks(bench, topic, [a, b])));
      const c = await bench.consume(topic, options);
      await bench.shared(4, a, b, c);
      values.push(...(await everyoneWorks(bench, topic, [a, b, c])));
      await bench.stop(a);
      await bench.shared(4, b, c);
      values.push(...(await everyoneWorks(bench, topic, [b, c])));
      await bench.done(values.length, a, b, c);
      assertSameValues([...a.values(), ...b.values(), ...c.values()], values);
    },
    { needs: ['assignors'] },
  );

group.add('finishes and commits running work before a partition moves', async (bench) => {
  const topic = await bench.topic(2);
  const options: ProbeOptions = { group: bench.name('group') };
  await bench.write(topic, ['a'], 0);
  await bench.write(topic, ['b'], 1);
  const held = door();
  const first = await bench.consume(topic, { ...options, behave: () => held.opened });
  await bench.until('both are under way', () => first.started.length === 2);
  const second = bench.probe(topic, options);
  const joining = bench.start(second);
  await bench.until('a rebalance is under way', () =>
    first.consumer.status().partitions.some(({ state }) => state === 'draining'),
  );
  assert.deepEqual(second.values(), []);
  held.open();
  await joining;
  await bench.shared(2, first, second);
  await bench.write(topic, ['c'], 0);
  await bench.write(topic, ['d'], 1);
  await bench.done(4, first, second);
  assertSameValues([...first.values(), ...second.values()], ['a', 'b', 'c', 'd']);
});

group.add(
  'keeps partitions open that stay with their member',
  async (bench) => {
    const topic = await bench.topic(4);
    const options: ProbeOptions = {
      group: bench.name('group'),
      assignor: 'cooperative-sticky',
    };
    const a = await bench.consume(topic, options);
    await bench.shared(4, a);
    const b = await bench.consume(topic, options);
    await bench.shared(4, a, b);
    const closed = a.closed.map(({ partition }) => partition.partition).sort();
    assert.deepEqual(closed, b.owned);
  },
  { needs: ['assignors', 'cooperative'] },
);

group.add('takes over from a member that was killed, and loses nothing', async (bench) => {
  const topic = await bench.topic(4);
  const options: ProbeOptions = { group: bench.name('group') };
  const a = await bench.consume(topic, options);
  const b = await bench.consume(topic, options);
  await bench.shared(4, a, b);
  const values = await everyoneWorks(bench, topic, [a, b]);
  await bench.crash(b);
  values.push(...(await everyoneWorks(bench, topic, [a])));
  await bench.until('the survivor has handled the rest', () => {
    return new Set([...a.values(), ...b.values()]).size === values.length;
  });
  await bench.shared(4, a);
  assertAtLeastOnce([...a.values(), ...b.values()], values);
});

group.add(
  'gives a restarted static member its partitions back',
  async (bench) => {
    const topic = await bench.topic(4);
    const options: ProbeOptions = { group: bench.name('group') };
    const a = await bench.consume(topic, options);
    const fixed = { ...options, instanceId: bench.name('instance') };
    const b = await bench.consume(topic, fixed);
    await bench.shared(4, a, b);
    const before = b.owned;
    const closed = [...a.closed];
    const generation = a.consumer.status().membership?.generation;
    await bench.stop(b);
    const again = await bench.consume(topic, fixed);
    await bench.shared(4, a, again);
    assert.deepEqual(again.owned, before);
    const after = a.consumer.status().membership?.generation;
    assert.deepEqual(a.closed, closed, 'nothing has moved elsewhere');
    if (bench.target.definition.capabilities.groupGeneration)
      assert.equal(after, generation, 'the group has not been assigned anew');
  },
  { needs: ['staticMembership'] },
);

group.add(
  'does not let work count that ends after the partition was lost',
  async (bench) => {
    const topic = await bench.topic(1);
    const name = bench.name('group');
    await bench.write(topic, ['a', 'b']);
    const held = door();
    const first = await bench.consume(topic, {
      group: name,
      // It may have joined anew and be stuck again when it is stopped.
      stopTimeoutMs: 500,
      behave: () => held.opened,
    });
    await bench.until('a is under way', () => first.started.length === 1);
    await bench.target.expire?.(first.clientId, name);
    await bench.until('the partition is lost', () =>
      first.closed.some(({ reason }) => reason === 'lost'),
    );
    await bench.stop(first);
    held.open();
    const second = await bench.consume(topic, { group: name });
    await bench.done(2, second);
    assert.deepEqual(second.values(), ['a', 'b']);
    await bench.committedTo(2, name, topic);
  },
  { needs: ['expire'] },
);

group.add(
  'refuses the commit of a member that does not know yet that it was thrown out',
  async (bench) => {
    const topic = await bench.topic(1);
    const name = bench.name('group');
    const options: ProbeOptions = { group: name, commit: { everyRecords: 1 } };
    await bench.write(topic, ['a', 'b']);
    const held = door();
    const first = await bench.consume(topic, {
      ...options,
      // Seldom, so that the second is done before the first learns of it and joins anew.
      heartbeatIntervalMs: 10_000,
      sessionTimeoutMs: 30_000,
      behave: () => held.opened,
    });
    await bench.until('a is under way', () => first.started.length === 1);
    await bench.target.expire?.(first.clientId, name);
    const second = await bench.consume(topic, options);
    await bench.committedTo(2, name, topic);
    held.open();
    await bench.until('the first knows', () => {
      return first.closed.some(({ reason }) => reason === 'lost');
    });
    assert.equal(await bench.committed(name, topic), 2);
    assert.deepEqual(second.values(), ['a', 'b']);
  },
  { needs: ['expire'] },
);

export const rebalance: readonly ConformanceCase[] = group.cases;
