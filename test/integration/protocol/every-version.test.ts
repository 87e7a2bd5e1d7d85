import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as protocol from '../../../src/protocol/index.ts';
import { describeKafka } from '../../support/shared-kafka.ts';
import { until } from '../../support/until.ts';
import { RawLink } from './raw-link.ts';

const START_MS = 1_700_000_000_000;
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

describeKafka('a real broker, in every version we have in common', ({ bootstrap }) => {
  const id = randomUUID().slice(0, 8);
  const topic = `protocol-${id}`;
  let link: RawLink;
  let ranges: readonly protocol.ApiVersionRange[] = [];

  /** All versions that both sides speak. */
  function versions(api: protocol.Api<never, unknown>): number[] {
    const range = ranges.find(({ apiKey }) => apiKey === api.key);
    const low = Math.max(api.versions.min, range?.minVersion ?? 0);
    const high = Math.min(api.versions.max, range?.maxVersion ?? -1);
    const all = Array.from({ length: Math.max(high - low + 1, 0) }, (_, i) => low + i);
    expect(all.length, `${api.name}: versions in common`).toBeGreaterThan(0);
    return all;
  }

  /** One version for the i-th try, so that chains of requests go through all versions of each. */
  function version(api: protocol.Api<never, unknown>, i: number): number {
    const all = versions(api);
    return all[Math.min(i, all.length - 1)] as number;
  }

  async function create(name: string, with_ = 7): Promise<void> {
    const topics = [{ topic: name, partitions: 2, replicationFactor: 1 }];
    const request = { topics, timeoutMs: 10_000 };
    const created = await link.send(protocol.createTopicsApi, request, with_);
    expect(created.topics[0]).toMatchObject({ topic: name, errorCode: 0 });
    await until('the topic has leaders', async () => {
      const { topics: found } = await link.send(protocol.metadataApi, { topics: [name] }, 12);
      return (
        found[0]?.errorCode === 0 && found[0].partitions.every(({ leaderId }) => leaderId >= 0)
      );
    });
  }

  async function produce(i: number): Promise<number> {
    const builder = new protocol.RecordBatchBuilder();
    const headers = [{ name: 'h', value: null }];
    for (const value of ['a', 'b', 'c'])
      builder.append(null, Buffer.from(value), headers, START_MS + i);
    const codec = codecs[i % codecs.length] ?? 'none';
    const records = builder.build({
      compression: version(protocol.produceApi, i) >= 7 ? codec : 'none',
    });
    const topics = [{ topic, partitions: [{ partition: 0, records }] }];
    const request = { acks: -1, timeoutMs: 10_000, topics };
    const { topics: done } = await link.send(
      protocol.produceApi,
      request,
      version(protocol.produceApi, i),
    );
    expect(done[0]?.partitions[0]).toMatchObject({ partition: 0, errorCode: 0 });
    return done[0]?.partitions[0]?.baseOffset ?? -1;
  }

  beforeAll(async () => {
    link = await RawLink.open(bootstrap[0] ?? '');
    for (const each of [0, 1, 2]) {
      const response = await link.send(protocol.apiVersionsApi, {}, each);
      expect(response.errorCode).toBe(0);
      ranges = response.apiKeys;
    }
    await create(topic);
  });

  afterAll(() => link.close());

  it('creates topics, adds partitions, describes and deletes them', async () => {
    for (const i of [0, 1, 2, 3, 4, 5]) {
      const name = `${topic}-${i}`;
      await create(name, version(protocol.createTopicsApi, i));
      const more = { topics: [{ topic: name, count: 3 }], timeoutMs: 10_000 };
      const grown = await link.send(
        protocol.createPartitionsApi,
        more,
        version(protocol.createPartitionsApi, i),
      );
      expect(grown.topics).toMatchObject([{ topic: name, errorCode: 0 }]);
      const resources = [{ type: protocol.TOPIC_RESOURCE, name, keys: ['retention.ms'] }];
      const described = await link.send(
        protocol.describeConfigsApi,
        { resources, includeSynonyms: true },
        version(protocol.describeConfigsApi, i),
      );
      expect(described.resources[0]?.configs[0]).toMatchObject({ name: 'retention.ms' });
      const gone = await link.send(
        protocol.deleteTopicsApi,
        { topics: [name], timeoutMs: 10_000 },
        version(protocol.deleteTopicsApi, i),
      );
      expect(gone.topics).toMatchObject([{ topic: name, errorCode: 0 }]);
    }
  });

  it('answers metadata', async () => {
    for (const each of versions(protocol.metadataApi)) {
      const response = await link.send(protocol.metadataApi, { topics: [topic] }, each);
      expect(response.topics).toMatchObject([{ errorCode: 0, topic, internal: false }]);
      expect(response.topics[0]?.partitions).toHaveLength(2);
      expect(response.brokers.length).toBeGreaterThan(0);
    }
  });

  it('takes batches in every codec and gives them back', async () => {
    for (const i of versions(protocol.produceApi).keys()) expect(await produce(i)).toBe(3 * i);
    const end = 3 * versions(protocol.produceApi).length;
    for (const each of versions(protocol.fetchApi)) {
      const partitions = [
        { partition: 0, fetchOffset: 1, maxBytes: 1 << 20, currentLeaderEpoch: 0 },
      ];
      const response = await link.send(
        protocol.fetchApi,
        { maxWaitMs: 100, minBytes: 1, maxBytes: 1 << 20, topics: [{ topic, partitions }] },
        each,
      );
      const fetched = response.topics[0]?.partitions[0];
      expect(fetched).toMatchObject({ partition: 0, errorCode: 0, highWatermark: end });
      const records: protocol.KafkaRecord[] = [];
      const source = { topic, partition: 0, startOffset: 1 };
      const range = protocol.decodeRecords(fetched?.records ?? Buffer.alloc(0), source, records);
      expect(range).toEqual({ nextOffset: end, leaderEpoch: 0, truncated: false });
      expect(records.map(({ offset }) => offset)).toEqual(
        Array.from({ length: end - 1 }, (_, i) => i + 1),
      );
      expect(records[0]?.value?.toString()).toBe('b');
      expect(records[0]?.headers).toEqual([{ name: 'h', value: null }]);
    }
  });

  it('tells offsets and epochs, and deletes records', async () => {
    const base = await produce(0);
    for (const each of versions(protocol.listOffsetsApi)) {
      const partitions = [{ partition: 0, timestampMs: protocol.LATEST_OFFSET }];
      const listed = await link.send(
        protocol.listOffsetsApi,
        { topics: [{ topic, partitions }] },
        each,
      );
      expect(listed.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, offset: base + 3 });
    }
    for (const each of versions(protocol.offsetForLeaderEpochApi)) {
      const partitions = [{ partition: 0, leaderEpoch: 0 }];
      const ends = await link.send(
        protocol.offsetForLeaderEpochApi,
        { topics: [{ topic, partitions }] },
        each,
      );
      expect(ends.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, endOffset: base + 3 });
    }
    for (const each of versions(protocol.deleteRecordsApi)) {
      const topics = [{ topic, partitions: [{ partition: 0, offset: 1 + each }] }];
      const deleted = await link.send(
        protocol.deleteRecordsApi,
        { topics, timeoutMs: 10_000 },
        each,
      );
      expect(deleted.topics[0]?.partitions[0]).toMatchObject({
        errorCode: 0,
        lowWatermark: 1 + each,
      });
    }
  });

  it('gives producer ids', async () => {
    // A fresh broker answers COORDINATOR_LOAD_IN_PROGRESS for a moment.
    for (const each of versions(protocol.initProducerIdApi))
      await until('a producer id is given', async () => {
        const request = { transactionalId: null, transactionTimeoutMs: 1_000 };
        const given = await link.send(protocol.initProducerIdApi, request, each);
        return given.errorCode === 0 && given.producerId >= 0 && given.producerEpoch === 0;
      });
  });

  it('finds the coordinator', async () => {
    for (const each of versions(protocol.findCoordinatorApi))
      await until('a coordinator is there', async () => {
        const found = await link.send(protocol.findCoordinatorApi, { key: `g-${id}` }, each);
        return found.errorCode === 0 && found.port > 0;
      });
  });

  it('runs a group from join to leave', async () => {
    for (const i of versions(protocol.joinGroupApi).keys()) await lifeOfGroup(`g-${id}-${i}`, i);
  });

  async function lifeOfGroup(groupId: string, i: number): Promise<void> {
    const at = (api: protocol.Api<never, unknown>): number => version(api, i);
    const metadata = protocol.encodeSubscription({
      topics: [topic],
      userData: null,
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
    });
    const join = (memberId: string): Promise<protocol.JoinGroupResponse> =>
      link.send(
        protocol.joinGroupApi,
        {
          groupId,
          memberId,
          sessionTimeoutMs: 10_000,
          rebalanceTimeoutMs: 10_000,
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata }],
        },
        at(protocol.joinGroupApi),
      );
    let joined = await join('');
    await until('the group is loaded', async () => {
      if (joined.errorCode === protocol.errorCode.MEMBER_ID_REQUIRED)
        joined = await join(joined.memberId);
      else if (protocol.isRetriableError(joined.errorCode)) joined = await join('');
      return joined.errorCode === 0;
    });
    const { memberId, generationId } = joined;
    expect(joined).toMatchObject({ leader: memberId, protocolName: 'range' });
    expect(protocol.decodeSubscription(joined.members[0]?.metadata as Buffer).topics).toEqual([
      topic,
    ]);
    const given = { partitions: [{ topic, partitions: [0, 1] }], userData: null };
    const assignment = protocol.encodeAssignment(given);
    const member = { groupId, generationId, memberId };
    const naming = { protocolType: 'consumer', protocolName: 'range' };
    const assignments = [{ memberId, assignment }];
    const synced = await link.send(
      protocol.syncGroupApi,
      { ...member, ...naming, assignments },
      at(protocol.syncGroupApi),
    );
    expect(synced.errorCode).toBe(0);
    expect(protocol.decodeAssignment(synced.assignment)).toMatchObject(given);
    const beat = await link.send(protocol.heartbeatApi, member, at(protocol.heartbeatApi));
    expect(beat.errorCode).toBe(0);
    const offset = { partition: 0, offset: 7, leaderEpoch: 0, metadata: 'm' };
    const commit = { ...member, topics: [{ topic, partitions: [offset] }] };
    const committed = await link.send(
      protocol.offsetCommitApi,
      commit,
      at(protocol.offsetCommitApi),
    );
    expect(committed.topics[0]?.partitions).toEqual([{ partition: 0, errorCode: 0 }]);
    const wanted = { groupId, topics: [{ topic, partitions: [0] }], requireStable: true };
    const fetched = await link.send(protocol.offsetFetchApi, wanted, at(protocol.offsetFetchApi));
    expect(fetched.topics[0]?.partitions[0]).toMatchObject({
      offset: 7,
      metadata: 'm',
      errorCode: 0,
    });
    const groups = await link.send(
      protocol.describeGroupsApi,
      { groups: [groupId] },
      at(protocol.describeGroupsApi),
    );
    expect(groups.groups[0]).toMatchObject({ groupId, state: 'Stable', protocol: 'range' });
    const listed = await link.send(protocol.listGroupsApi, {}, at(protocol.listGroupsApi));
    expect(listed.groups.map((group) => group.groupId)).toContain(groupId);
    const leave = { groupId, members: [{ memberId, reason: 'done' }] };
    const left = await link.send(protocol.leaveGroupApi, leave, at(protocol.leaveGroupApi));
    expect([left.errorCode, ...left.members.map(({ errorCode }) => errorCode)]).not.toContain(25);
    const forget = { groupId, topics: [{ topic, partitions: [0] }] };
    const forgotten = await link.send(protocol.offsetDeleteApi, forget, 0);
    expect(forgotten.topics[0]?.partitions).toEqual([{ partition: 0, errorCode: 0 }]);
    const deleted = await link.send(
      protocol.deleteGroupsApi,
      { groups: [groupId] },
      at(protocol.deleteGroupsApi),
    );
    expect(deleted.groups[0]?.groupId).toBe(groupId);
  }
});
