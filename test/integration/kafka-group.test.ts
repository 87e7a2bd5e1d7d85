import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin } from '../../src/assignors/index.ts';
import type { GroupOptions } from '../../src/core/index.ts';
import { groupOptions } from '../support/group-options.ts';
import { KafkaTestMember } from '../support/kafka-test-member.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

describeKafka('A group session on a real Kafka', ({ bootstrap }) => {
  const client = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const members: KafkaTestMember[] = [];

  beforeAll(async () => {
    await admin.connect();
    await producer.connect();
  });

  afterEach(async () => {
    const stopped = members.splice(0);
    await Promise.all(stopped.map((member) => member.stop(false)));
    expect(stopped.flatMap(({ failures }) => failures)).toEqual([]);
  });

  afterAll(async () => {
    await admin.disconnect();
    await producer.disconnect();
  });

  async function newTopic(partitions: number): Promise<string> {
    const topic = `group-${randomUUID()}`;
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions }],
      waitForLeaders: true,
    });
    return topic;
  }

  async function write(topic: string, partition: number, values: readonly string[]) {
    await producer.send({ topic, messages: values.map((value) => ({ partition, value })) });
  }

  function join(topic: string, given: Partial<GroupOptions> = {}): KafkaTestMember {
    const subscription = { kind: 'topics', topics: [topic] } as const;
    const member = new KafkaTestMember(
      bootstrap,
      groupOptions({ group: topic, subscription, ...given }),
    );
    members.push(member);
    return member;
  }

  const offsetOf = async (topic: string, partition: number): Promise<string | undefined> => {
    const [described] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
    return described?.partitions.find((each) => each.partition === partition)?.offset;
  };

  it.each([
    ['cooperative-sticky', [cooperativeSticky]],
    ['range', [range]],
    ['roundrobin', [roundRobin]],
    ['cooperative-sticky and range', [cooperativeSticky, range]],
  ])('shares partitions out among members that come and go (%s)', async (_, assignors) => {
    const topic = await newTopic(6);
    const a = join(topic, { assignors });
    await until('a has all', () => a.owned === 6);
    const b = join(topic, { assignors });
    await until('halves', () => a.owned === 3 && b.owned === 3);
    const c = join(topic, { assignors });
    await until('thirds', () => [a, b, c].every((member) => member.owned === 2));
    await b.stop();
    await until('halves again', () => a.owned === 3 && c.owned === 3);
    expect([...a.listener.owned.keys(), ...c.listener.owned.keys()].sort()).toEqual(
      [0, 1, 2, 3, 4, 5].map((partition) => `${topic}-${partition}`),
    );
  });

  it('goes on reading the partitions that stay while others move', async () => {
    const topic = await newTopic(4);
    const a = join(topic);
    await until('a has all', () => a.owned === 4);
    let released = () => {};
    a.listener.drain = () => new Promise((resolve) => (released = resolve));
    const b = join(topic);
    await until('a is asked to give up', () =>
      a.listener.log.some((line) => /^revoked/.test(line)),
    );
    const revoked = a.listener.log.find((line) => /^revoked/.test(line)) ?? '';
    const kept = [0, 1, 2, 3].filter((partition) => !revoked.includes(`${topic}-${partition}`));
    expect(kept).toHaveLength(2);
    for (const partition of kept) await write(topic, partition, ['while moving']);
    await until('kept ones are read', () => a.listener.values().length === 2);
    expect(b.owned).toBe(0);
    released();
    await until('b has its share', () => b.owned === 2);
  });

  it('hands a partition over at the position that was committed, so nothing is missed or repeated', async () => {
    const topic = await newTopic(4);
    const a = join(topic);
    await until('a has all', () => a.owned === 4);
    for (const partition of [0, 1, 2, 3]) await write(topic, partition, ['1', '2', '3']);
    await until('a has read', () => a.listener.values().length === 12);
    const b = join(topic);
    await until('b has its share', () => b.owned === 2);
    for (const partition of [0, 1, 2, 3]) await write(topic, partition, ['4']);
    await until('read on', () => a.listener.values().length + b.listener.values().length === 16);
    expect(b.listener.values()).toEqual(['4', '4']);
    for (const owned of b.listener.owned.values())
      expect(owned).toMatchObject({ committed: true, position: { offset: 3 } });
  });

  it('gives a restarted static member its partitions back without a rebalance', async () => {
    const topic = await newTopic(4);
    const a = join(topic, { instanceId: 'a' });
    const b = join(topic, { instanceId: 'b' });
    await until('shared', () => a.owned === 2 && b.owned === 2 && a.settled && b.settled);
    const generation = b.listener.generation;
    const before = a.listener.ownedNames;
    await a.stop();
    const again = join(topic, { instanceId: 'a' });
    await until('it is back', () => again.owned === 2);
    expect(again.listener.ownedNames).toBe(before);
    expect(again.listener.generation).toBe(generation);
    expect(b.listener.log.filter((line) => /^(revoked|lost)/.test(line))).toEqual([]);
  });

  it('ends the older one of two members with the same instance id', async () => {
    const topic = await newTopic(2);
    const older = join(topic, { instanceId: 'same' });
    await until('it owns', () => older.owned === 2);
    const newer = join(topic, { instanceId: 'same' });
    await until('the older one is out', () =>
      older.listener.errors.some(({ code, retriable }) => code === 'MEMBER_FENCED' && !retriable),
    );
    expect(older.listener.log).toContain(`lost ${topic}-0 ${topic}-1`);
    await until('the newer one owns', () => newer.owned === 2);
  });

  it('gives a static member the new topic that it subscribes to after a restart', async () => {
    const first = await newTopic(2);
    const second = await newTopic(2);
    const options = { group: first, instanceId: 'a' };
    const a = join(first, options);
    await until('it owns', () => a.owned === 2);
    await a.stop();
    const again = join(first, { ...options, subscription: { kind: 'topics', topics: [second] } });
    await until('the other topic', () => again.owned === 2);
    expect(again.listener.ownedNames).toBe(`${second}-0 ${second}-1`);
  });

  it('refuses commits of partitions that are not ours, and stores the others', async () => {
    const topic = await newTopic(2);
    const a = join(topic);
    await until('it owns', () => a.owned === 2);
    const epoch = a.listener.owned.get(`${topic}-0`)?.epoch ?? -1;
    const commit = (partition: number, given: number, offset: number) => ({
      topic,
      partition,
      epoch: given,
      position: { offset },
      metadata: 'kept',
    });
    const failures = await a.session.commit([commit(0, epoch, 7), commit(1, epoch - 1, 9)]);
    expect(failures).toMatchObject([{ partition: 1, error: { code: 'COMMIT_FENCED' } }]);
    expect(await offsetOf(topic, 0)).toBe('7');
    expect(await offsetOf(topic, 1)).toBe('-1');
    await a.stop();
    const again = join(topic);
    await until('it owns', () => again.owned === 2);
    expect(again.listener.owned.get(`${topic}-0`)).toMatchObject({
      committed: true,
      metadata: 'kept',
      position: { offset: 7 },
    });
  });

  it('takes in partitions that are added to a topic', async () => {
    const topic = await newTopic(2);
    const a = join(topic);
    await until('it owns', () => a.owned === 2);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    await until('all of them', () => a.owned === 5);
  });

  it('takes in topics that come to match the pattern', async () => {
    const prefix = `pattern-${randomUUID()}`;
    const subscription = { kind: 'pattern', pattern: new RegExp(`${prefix}-.*`) } as const;
    const a = join(prefix, { subscription });
    await until('joined', () => a.settled);
    const topic = `${prefix}-new`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] });
    await until('the new topic', () => a.owned === 3);
  });

  it('says that a topic does not exist', async () => {
    const a = join('no-such-topic', { group: 'nobody' });
    await until('the end', () => a.listener.errors.some(({ retriable }) => !retriable));
    expect(a.listener.errors.at(-1)).toMatchObject({ code: 'UNKNOWN_TOPIC', retriable: false });
  });

  it('reads chosen partitions and keeps their positions in a group without members', async () => {
    const topic = await newTopic(3);
    await write(topic, 1, ['1', '2']);
    const subscription = { kind: 'partitions', partitions: [{ topic, partition: 1 }] } as const;
    const a = join(topic, { subscription });
    await until('read', () => a.listener.values().length === 2);
    expect(await a.session.commit(a.read(topic, 1))).toEqual([]);
    expect(await offsetOf(topic, 1)).toBe('2');
    await a.stop();
    const member = join(topic);
    await until('members', () => member.owned === 3);
    const b = join(topic, { subscription });
    await until('b reads', () => b.owned === 1);
    expect(await b.session.commit(b.read(topic, 1))).toMatchObject([
      { error: { code: 'COMMIT_FENCED' } },
    ]);
  });

  it('begins at the end, at an offset or at a time when nothing was committed', async () => {
    const topic = await newTopic(1);
    await write(topic, 0, ['old']);
    const betweenMs = Date.now() + 5_000;
    await producer.send({
      topic,
      messages: [{ partition: 0, value: 'new', timestamp: String(betweenMs + 5_000) }],
    });
    const subscription = { kind: 'partitions', partitions: [{ topic, partition: 0 }] } as const;
    const starts = [
      ['earliest', 0],
      ['latest', 2],
      [{ offset: 1 }, 1],
      [{ timestampMs: betweenMs }, 1],
      [{ timestampMs: betweenMs + 60_000 }, 2],
    ] as const;
    for (const [start, offset] of starts) {
      const a = join(topic, { group: null, subscription, start });
      await until('it owns', () => a.owned === 1);
      const owned = a.listener.owned.get(`${topic}-0`);
      expect(owned).toMatchObject({ committed: false, position: { offset } });
    }
  });
});
