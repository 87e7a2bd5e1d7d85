import assert from 'node:assert/strict';
import { ProduceError } from '../../core/index.ts';
import { CaseGroup, type ConformanceCase } from './case.ts';
import { assertRejects, assertSameValues, numbered } from './expect.ts';

const group = new CaseGroup('subscriptions and bad input');

group.add('consumes several topics in one group', async (bench) => {
  const topics = [await bench.topic(1), await bench.topic(2)];
  const probe = await bench.consume(topics);
  for (const topic of topics) await bench.write(topic, [`of ${topic}`]);
  await bench.done(2, probe);
  assertSameValues(
    probe.values(),
    topics.map((topic) => `of ${topic}`),
  );
});

group.add(
  'reads chosen partitions alone, and keeps positions if a group is named',
  async (bench) => {
    const topic = await bench.topic(3);
    for (const partition of [0, 1, 2]) await bench.write(topic, [`p${partition}`], partition);
    const free = await bench.consume(topic, { partitions: [0, 2] });
    await bench.done(2, free);
    assertSameValues(free.values(), ['p0', 'p2']);
    const options = { partitions: [1], group: bench.name('group') };
    const first = await bench.consume(topic, options);
    await bench.done(1, first);
    await bench.stop(first);
    await bench.write(topic, ['next'], 1);
    const second = await bench.consume(topic, options);
    await bench.done(1, second);
    assert.deepEqual(second.values(), ['next']);
  },
);

group.add(
  'follows a pattern, which means whole names, to topics that come later',
  async (bench) => {
    const prefix = `${bench.id}-pattern`;
    await bench.topic(1, `${prefix}-a`);
    await bench.topic(1, `not-${prefix}-a`);
    await bench.write(`not-${prefix}-a`, ['not meant']);
    const probe = await bench.consume(new RegExp(`${prefix}-.*`));
    await bench.write(`${prefix}-a`, ['a']);
    await bench.done(1, probe);
    await bench.topic(1, `${prefix}-b`);
    await bench.write(`${prefix}-b`, ['b']);
    await bench.done(2, probe);
    assert.deepEqual(probe.values(), ['a', 'b']);
    const topics = probe.consumer.status().partitions.map(({ topic }) => topic);
    assert.deepEqual(topics.sort(), [`${prefix}-a`, `${prefix}-b`]);
  },
  { needs: ['patternSubscription', 'createTopics'] },
);

group.add(
  'takes up partitions that are added',
  async (bench) => {
    const topic = await bench.topic(1);
    const probe = await bench.consume(topic);
    await bench.addPartitions(topic, 3);
    await bench.shared(3, probe);
    await bench.write(topic, ['new'], 2);
    await bench.done(1, probe);
  },
  { needs: ['addPartitions'] },
);

group.add('refuses to start on a topic that does not exist, and names it', async (bench) => {
  const topic = bench.name('nowhere');
  const error = await assertRejects(bench.consume(topic), 'UNKNOWN_TOPIC');
  assert.ok(error.message.includes(topic), error.message);
});

group.add('refuses to write to a topic or partition that does not exist', async (bench) => {
  const topic = await bench.topic(2);
  await assertRejects(bench.write(bench.name('nowhere'), ['x']), 'UNKNOWN_TOPIC');
  await assertRejects(bench.write(topic, ['x'], 2), 'UNKNOWN_PARTITION');
});

group.add('fails a record that is too large, and that one alone', async (bench) => {
  const topic = await bench.topic(1);
  const value = Buffer.alloc(bench.target.definition.capabilities.maxRecordBytes + 1_000);
  const sent = bench.write(topic, ['a', { value }, 'b']);
  const error = await assertRejects(sent, 'RECORD_TOO_LARGE');
  assert.ok(error instanceof ProduceError);
  assert.deepEqual(
    error.results.map((result) => 'offset' in result && !('code' in result)),
    [true, false, true],
  );
  const probe = await bench.consume(topic);
  await bench.done(2, probe);
  assertSameValues(probe.values(), ['a', 'b']);
});

group.add(
  'creates, describes and deletes topics, and says what went wrong',
  async (bench) => {
    const { admin } = bench;
    const topic = await bench.topic(2);
    const [described] = await bench.settle('describe', admin.topics([topic]));
    assert.equal(described?.partitions, 2);
    await assertRejects(
      bench.settle('create again', admin.createTopic({ topic, partitions: 2 })),
      'TOPIC_EXISTS',
    );
    await assertRejects(
      bench.settle('describe none', admin.topics([bench.name('nowhere')])),
      'UNKNOWN_TOPIC',
    );
    await bench.settle('delete', admin.deleteTopic(topic));
    await bench.until('the topic is gone', async () => {
      const topics = await admin.topics();
      return topics.every((other) => other.topic !== topic);
    });
  },
  { needs: ['createTopics'] },
);

group.add('does not set positions of a group that is at work', async (bench) => {
  const topic = await bench.topic(1);
  const name = bench.name('group');
  const probe = await bench.consume(topic, { group: name });
  await bench.write(topic, numbered('v', 3));
  await bench.done(3, probe);
  const position = { topic, partition: 0, offset: 0 };
  const setting = bench.admin.commit(name, [position]);
  await assertRejects(bench.settle('positions are set', setting), 'UNAVAILABLE');
});

export const subscriptions: readonly ConformanceCase[] = group.cases;
