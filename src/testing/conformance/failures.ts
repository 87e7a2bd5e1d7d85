import assert from 'node:assert/strict';
import { deadLetter, json, park, retry, skip, stopPartition } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { numbered } from './expect.ts';

const group = new CaseGroup('failures');

const failOn = (bad: string) => (record: { readonly value: Buffer | null }) => {
  if (String(record.value) === bad) throw new Error(`${bad} cannot be handled`);
};

group.add('tries again until it works, and keeps the order meanwhile', async (bench) => {
  const topic = await bench.topic(1);
  await bench.write(topic, ['a', 'b', 'c']);
  const probe = await bench.consume(topic, {
    onError: retry({ attempts: 5, firstDelayMs: 1 }),
    behave: (record, { attempt }) => {
      if (attempt < 3) failOn('b')(record);
    },
  });
  await bench.done(3, probe);
  assert.deepEqual(
    probe.started.map(({ value }) => String(value)),
    ['a', 'b', 'b', 'b', 'c'],
  );
});

group.add(
  'writes what cannot be handled to the dead-letter topic, whole, and goes on',
  async (bench) => {
    const topic = await bench.topic(1);
    const dead = await bench.topic(1);
    const name = bench.name('group');
    const bad = { key: 'k', value: 'bad', headers: { trace: 'abc' } };
    await bench.write(topic, ['a', bad, 'c']);
    const probe = await bench.consume(topic, {
      group: name,
      onError: retry({ attempts: 2, firstDelayMs: 1 }).otherwise(deadLetter(dead)),
      behave: failOn('bad'),
    });
    await bench.done(2, probe);
    await bench.committedTo(3, name, topic);
    const reader = await bench.consume(dead);
    await bench.done(1, reader);
    const [letter] = reader.done;
    const headers = new Map(letter?.headers.map(({ name, value }) => [name, String(value)]));
    assert.equal(String(letter?.key), 'k');
    assert.equal(String(letter?.value), 'bad');
    assert.equal(headers.get('trace'), 'abc');
    assert.equal(headers.get('partita-offset'), '1');
    assert.deepEqual(probe.values(), ['a', 'c']);
  },
);

group.add(
  'parks what fails in a retry topic, lets others pass, and handles it when it is due',
  async (bench) => {
    const topic = await bench.topic(1);
    const retryTopic = await bench.topic(1);
    const name = bench.name('group');
    await bench.write(topic, ['a', { key: 'k', value: 'late', headers: { trace: 'abc' } }, 'c']);
    const probe = await bench.consume(topic, {
      group: name,
      concurrency: { order: 'none' },
      onError: park(retryTopic, { delayMs: 300 }),
      behave: (record) => {
        if (record.topic === topic) failOn('late')(record);
      },
    });
    await bench.done(3, probe);
    await bench.committedTo(3, name, topic);
    await bench.committedTo(1, name, retryTopic);
    const late = probe.done.at(-1);
    const headers = new Map(late?.headers.map(({ name, value }) => [name, String(value)]));
    assert.deepEqual(
      [late?.topic, String(late?.key), String(late?.value)],
      [retryTopic, 'k', 'late'],
    );
    assert.equal(headers.get('trace'), 'abc');
    assert.equal(headers.get('partita-topic'), topic);
    assert.equal(headers.get('partita-offset'), '1');
  },
);

group.add(
  'waits with its position while the dead-letter topic cannot be written',
  async (bench) => {
    const topic = await bench.topic(1);
    const dead = bench.name('dead');
    const name = bench.name('group');
    await bench.write(topic, ['a', 'bad', 'c']);
    const probe = await bench.consume(topic, {
      group: name,
      onError: deadLetter(dead),
      behave: failOn('bad'),
    });
    await bench.until('the dead letter is tried', () => probe.app.health().problems.length > 0);
    await bench.committedTo(1, name, topic);
    assert.deepEqual(probe.values(), ['a']);
    await bench.topic(1, dead);
    await bench.committedTo(3, name, topic);
    assert.deepEqual(probe.values(), ['a', 'c']);
  },
);

group.add('leaves out what the policy skips, counts it, and goes on', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, ['a', 'bad', 'c']);
  const probe = await bench.consume(topic, { group: name, onError: skip(), behave: failOn('bad') });
  await bench.committedTo(3, name, topic);
  assert.deepEqual(probe.values(), ['a', 'c']);
  assert.equal(probe.consumer.status().counts.skipped, 1);
});

group.add(
  'stops a partition alone, before the record, and goes on with it on request',
  async (bench) => {
    const topic = await bench.topic(2);
    const name = bench.name('group');
    await bench.write(topic, ['a', 'bad', 'c'], 0);
    await bench.write(topic, numbered('v', 10), 1);
    let healed = false;
    const probe = await bench.consume(topic, {
      group: name,
      onError: stopPartition(),
      behave: (record) => {
        if (!healed) failOn('bad')(record);
      },
    });
    await bench.committedTo(10, name, topic, 1);
    await bench.until('health has turned red', () => !probe.app.health().ok);
    await bench.committedTo(1, name, topic, 0);
    assert.deepEqual(probe.values(0), ['a']);
    healed = true;
    await bench.settle('resume', probe.consumer.resume([{ topic, partition: 0 }]));
    await bench.committedTo(3, name, topic, 0);
    assert.deepEqual(probe.values(0), ['a', 'bad', 'c']);
    await bench.until('health is green again', () => probe.app.health().ok);
  },
);

group.add('treats what does not decode as any other failure', async (bench) => {
  const topic = await bench.topic(1);
  const dead = await bench.topic(1);
  const name = bench.name('group');
  await bench.write(topic, ['{"id":1}', 'no json', '{"id":3}']);
  const values: unknown[] = [];
  const app = bench.app(bench.name('app')).consume(topic, {
    ...bench.target.timing,
    group: name,
    commit: { everyRecords: 1 },
    value: json(),
    onError: retry({ attempts: 5 }).otherwise(deadLetter(dead)),
    handle: (value) => values.push(value),
  });
  await bench.settle('the consumer has joined', app.start());
  await bench.committedTo(3, name, topic);
  assert.deepEqual(values, [{ id: 1 }, { id: 3 }]);
  const reader = await bench.consume(dead);
  await bench.done(1, reader);
  assert.deepEqual(reader.values(), ['no json']);
});

export const failures: readonly ConformanceCase[] = group.cases;
