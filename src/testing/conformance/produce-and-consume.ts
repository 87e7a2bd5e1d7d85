import assert from 'node:assert/strict';
import { json, stopPartition } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertSameValues, numbered } from './expect.ts';

const group = new CaseGroup('produce and consume');

group.add('hands over key, value, headers and time as they were written', async (bench) => {
  const topic = await bench.topic(1);
  const timestampMs = bench.target.system.clock.now() - 1_000;
  const headers = { trace: 'abc', empty: '' };
  await bench.write(topic, [{ key: 'k', value: 'v', headers, timestampMs }]);
  const probe = await bench.consume(topic);
  await bench.done(1, probe);
  const [record] = probe.done;
  assert.equal(String(record?.key), 'k');
  assert.equal(String(record?.value), 'v');
  const kept = record?.headers.map(({ name, value }) => [name, String(value)]);
  assert.deepEqual(kept, [
    ['trace', 'abc'],
    ['empty', ''],
  ]);
  assert.ok((record?.timestampMs ?? 0) >= timestampMs, 'the time is the one written, or later');
});

group.add(
  'tells no key from an empty one, no value from an empty one, and keeps bytes that are no text',
  async (bench) => {
    const topic = await bench.topic(1);
    const bytes = Buffer.from([0, 255, 128, 10]);
    const empty = Buffer.alloc(0);
    await bench.write(topic, [
      { key: null, value: empty },
      { key: 'k', value: null },
      { key: empty, value: bytes },
    ]);
    const probe = await bench.consume(topic);
    await bench.done(3, probe);
    const [first, second, third] = probe.done;
    assert.equal(first?.key, null);
    assert.equal(first?.value?.length, 0);
    assert.equal(second?.value, null);
    assert.equal(third?.key?.length, 0);
    assert.deepEqual(Buffer.from(third?.value ?? []), bytes);
  },
  { needs: ['recordKeys'] },
);

group.add('says where each record was written, and delivers it from there', async (bench) => {
  const { writtenOffsets } = bench.target.definition.capabilities;
  const topic = await bench.topic(3);
  const written = await bench.write(
    topic,
    numbered('v', 30).map((value) => ({ key: `key of ${value}`, value })),
  );
  const probe = await bench.consume(topic);
  await bench.done(30, probe);
  for (const record of probe.done) {
    const index = Number(String(record.value).slice(1));
    const { topic: itsTopic, partition } = record;
    const offset = writtenOffsets ? record.offset : -1;
    assert.deepEqual({ topic: itsTopic, partition, offset }, written[index]);
  }
});

group.add('delivers each of many records exactly once', async (bench) => {
  const topic = await bench.topic(3);
  const values = numbered('v', 3_000);
  const probe = await bench.consume(topic);
  for (let i = 0; i < values.length; i += 500) await bench.write(topic, values.slice(i, i + 500));
  await bench.done(values.length, probe);
  assertSameValues(probe.values(), values);
});

group.add('delivers records close to the largest size', async (bench) => {
  const topic = await bench.topic(1);
  const size = Math.min(
    900_000,
    Math.floor(bench.target.definition.capabilities.maxRecordBytes * 0.9),
  );
  const values = [0, 1, 2].map((i) => Buffer.alloc(size, i));
  for (const value of values) await bench.write(topic, [{ value }]);
  const probe = await bench.consume(topic);
  await bench.done(3, probe);
  assert.ok(probe.done.every(({ value }, i) => value?.equals(values[i] ?? Buffer.alloc(0))));
});

group.add('delivers what is written while it consumes', async (bench) => {
  const topic = await bench.topic(1);
  const probe = await bench.consume(topic);
  for (const value of numbered('v', 5)) {
    await bench.write(topic, [value]);
    await bench.until(`${value} is handled`, () => probe.values().at(-1) === value);
  }
  assert.deepEqual(probe.values(), numbered('v', 5));
});

group.add('gives every group all records', async (bench) => {
  const topic = await bench.topic(2);
  await bench.write(topic, numbered('v', 20));
  const one = await bench.consume(topic);
  const other = await bench.consume(topic);
  await bench.done(20, one);
  await bench.done(20, other);
  assertSameValues(one.values(), other.values());
});

group.add('hands over decoded values and batches', async (bench) => {
  const topic = await bench.topic(1);
  const group = bench.name('group');
  await bench.write(topic, ['{"id":1}', '{"id":2}', '{"id":3}']);
  const batches: unknown[][] = [];
  const app = bench.app(bench.name('app')).consume(topic, {
    ...bench.target.timing,
    group,
    onError: stopPartition(),
    value: json(),
    batch: { maxRecords: 2 },
    handleBatch: (values) => batches.push([...values]),
  });
  await bench.settle('the batch consumer has joined', app.start());
  await bench.until('three values are handled', () => batches.flat().length === 3);
  assert.deepEqual(batches.flat(), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  assert.ok(batches.every((batch) => batch.length <= 2));
  await bench.committedTo(3, group, topic);
});

export const produceAndConsume: readonly ConformanceCase[] = group.cases;
