import assert from 'node:assert/strict';
import type { ConsumerRecord } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertSameValues, door, numbered } from './expect.ts';
import { valuesOf } from './probe.ts';

const group = new CaseGroup('order');

group.add('handles a partition in log order, one record at a time', async (bench) => {
  const topic = await bench.topic(2);
  const [zero, one] = [numbered('a', 100), numbered('b', 100)];
  await bench.write(topic, zero, 0);
  await bench.write(topic, one, 1);
  const running = new Map<number, number>();
  const probe = await bench.consume(topic, {
    async behave({ partition }) {
      const now = (running.get(partition) ?? 0) + 1;
      running.set(partition, now);
      assert.equal(now, 1, 'one at a time');
      await Promise.resolve();
      running.set(partition, now - 1);
    },
  });
  await bench.done(200, probe);
  assert.deepEqual(probe.values(0), zero);
  assert.deepEqual(probe.values(1), one);
});

group.add('handles a key in log order, other keys beside it', async (bench) => {
  const topic = await bench.topic(1);
  const keys = ['a', 'b', 'c', 'd'];
  await bench.write(
    topic,
    numbered('', 80).map((value, i) => ({ key: keys[i % keys.length] ?? '', value })),
  );
  const busy = new Set<string>();
  const others = door();
  const probe = await bench.consume(topic, {
    concurrency: { order: 'key', limit: 10 },
    async behave(record) {
      const key = String(record.key);
      assert.ok(!busy.has(key), `one record of key ${key} at a time`);
      busy.add(key);
      // Opens only when each key has a record under way: a handler that waited for another key would wait for ever.
      if (busy.size === keys.length) others.open();
      await others.opened;
      busy.delete(key);
    },
  });
  await bench.done(80, probe);
  for (const key of keys) {
    const ofKey = (record: ConsumerRecord) => String(record.key) === key;
    const handled = valuesOf(probe.done.filter(ofKey)).map(Number);
    assert.deepEqual(
      handled,
      [...handled].sort((x, y) => x - y),
    );
  }
});

group.add('runs up to the limit of handlers side by side without order', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, numbered('v', 30));
  const full = door();
  let running = 0;
  const probe = await bench.consume(topic, {
    concurrency: { order: 'none', limit: 5 },
    async behave() {
      if (++running === 5) full.open();
      await full.opened;
      running--;
    },
  });
  await bench.done(30, probe);
  assert.equal(probe.mostRunning, 5);
  assertSameValues(probe.values(), numbered('v', 30));
});

group.add('writes one key to one partition, in the order of the sends', async (bench) => {
  const topic = await bench.topic(4);
  const sends = numbered('', 40).map((value) => bench.write(topic, [{ key: 'same', value }]));
  const written = (await Promise.all(sends)).flat();
  assert.equal(new Set(written.map(({ partition }) => partition)).size, 1);
  const probe = await bench.consume(topic);
  await bench.done(40, probe);
  assert.deepEqual(probe.values(), numbered('', 40));
});

export const order: readonly ConformanceCase[] = group.cases;
