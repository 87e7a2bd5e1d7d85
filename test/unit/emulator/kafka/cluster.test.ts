import { afterEach, describe, expect, it } from 'vitest';
import {
  type KafkaBroker,
  type KafkaBrokerOptions,
  kafkaBroker,
} from '../../../../src/emulator/kafka/index.ts';
import {
  errorCode,
  fetchApi,
  findCoordinatorApi,
  heartbeatApi,
  joinGroupApi,
  listOffsetsApi,
  type MetadataResponse,
  metadataApi,
  offsetForLeaderEpochApi,
  produceApi,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { RawLink } from '../../../integration/protocol/raw-link.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

async function start(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const broker = await kafkaBroker({
    brokers: 3,
    topics: [{ name: 't', partitions: 6 }],
    transport: 'pipe',
    ...options,
  });
  cleanUp.push(() => broker.close());
  return broker;
}

const to = (broker: KafkaBroker, nodeId: number): RawLink => new RawLink(broker.connect(nodeId));

const described = (broker: KafkaBroker, nodeId: number): Promise<MetadataResponse> =>
  to(broker, nodeId).send(metadataApi, { topics: ['t'] }, 9);

async function leaderOf(broker: KafkaBroker, partition: number, ask: number): Promise<number> {
  const [topic] = (await described(broker, ask)).topics;
  return topic?.partitions.find((each) => each.partition === partition)?.leaderId ?? -1;
}

function batch(): Buffer {
  const builder = new RecordBatchBuilder();
  builder.append(null, Buffer.from('v'), [], 1_000);
  return builder.build();
}

const write = (partition: number) => ({
  acks: -1,
  timeoutMs: 1_000,
  topics: [{ topic: 't', partitions: [{ partition, records: batch() }] }],
});

const fetchFrom = (partition: number, maxWaitMs = 0, currentLeaderEpoch = -1) => ({
  maxWaitMs,
  minBytes: 1,
  maxBytes: 1_000_000,
  topics: [
    {
      topic: 't',
      partitions: [{ partition, fetchOffset: 0, currentLeaderEpoch, maxBytes: 1_000_000 }],
    },
  ],
});

async function coordinatorOf(broker: KafkaBroker, key: string, ask: number): Promise<number> {
  return (await to(broker, ask).send(findCoordinatorApi, { key }, 2)).nodeId;
}

const joining = (groupId: string) => ({
  groupId,
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  memberId: '',
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
});

describe('several brokers', () => {
  it('tell the same of each other, and lead equal parts', async () => {
    const broker = await start();
    const answers = await Promise.all([1, 2, 3].map((nodeId) => described(broker, nodeId)));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 2, 3]);
    expect(answers[0]?.brokers.map(({ host, port }) => `${host}:${port}`)).toEqual(
      broker.bootstrapServers,
    );
    const leaders = answers[0]?.topics[0]?.partitions.map(({ leaderId }) => leaderId) ?? [];
    expect([...leaders].sort()).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('send a client to the leader that was asked for a partition elsewhere', async () => {
    const broker = await start();
    broker.moveLeader('t', 0, 2);
    const wrong = to(broker, 3);
    const written = await wrong.send(produceApi, write(0), 10);
    expect(written.topics[0]?.partitions[0]).toMatchObject({
      errorCode: errorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: 1 },
    });
    const fetched = await wrong.send(fetchApi, fetchFrom(0), 12);
    expect(fetched.topics[0]?.partitions[0]).toMatchObject({
      errorCode: errorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: 1 },
    });
    const right = await to(broker, 2).send(produceApi, write(0), 7);
    expect(right.topics[0]?.partitions[0]?.baseOffset).toBe(0);
  });

  it('count the leader epoch up, fence older beliefs and tell where an epoch ended', async () => {
    const broker = await start();
    broker.moveLeader('t', 0, 1);
    const first = to(broker, 1);
    await first.send(produceApi, write(0), 7);
    broker.moveLeader('t', 0, 1);
    await first.send(produceApi, write(0), 7);
    const codes = [];
    for (const epoch of [1, 2, 3]) {
      const answer = await first.send(fetchApi, fetchFrom(0, 0, epoch), 11);
      codes.push(answer.topics[0]?.partitions[0]?.errorCode);
    }
    expect(codes).toEqual([errorCode.FENCED_LEADER_EPOCH, 0, errorCode.UNKNOWN_LEADER_EPOCH]);
    const ends = [];
    for (const leaderEpoch of [0, 1, 2, 3]) {
      const partitions = [{ partition: 0, currentLeaderEpoch: 2, leaderEpoch }];
      const answer = await first.send(
        offsetForLeaderEpochApi,
        { topics: [{ topic: 't', partitions }] },
        3,
      );
      ends.push(answer.topics[0]?.partitions[0]?.endOffset);
    }
    expect(ends).toEqual([0, 1, 2, -1]);
    const topics = [{ topic: 't', partitions: [{ partition: 0, timestampMs: -2 }] }];
    const earliest = await first.send(listOffsetsApi, { topics }, 5);
    expect(earliest.topics[0]?.partitions[0]).toMatchObject({ offset: 0, leaderEpoch: 1 });
  });

  it('wake a reader that waits at a leader that is none any more', async () => {
    const broker = await start();
    broker.moveLeader('t', 0, 1);
    const waiting = to(broker, 1).send(fetchApi, fetchFrom(0, 600_000), 11);
    await to(broker, 1).send(metadataApi, { topics: [] }, 1);
    broker.moveLeader('t', 0);
    expect((await waiting).topics[0]?.partitions[0]?.errorCode).toBe(
      errorCode.NOT_LEADER_OR_FOLLOWER,
    );
  });

  it('coordinate groups by the hash of their id, and refuse those of others', async () => {
    const broker = await start();
    const ids = Array.from({ length: 60 }, (_, at) => `group-${at}`);
    const found = await Promise.all(ids.map((id) => coordinatorOf(broker, id, 1)));
    expect(new Set(found)).toEqual(new Set([1, 2, 3]));
    const wrong = found[0] === 1 ? 2 : 1;
    const beat = { groupId: 'group-0', generationId: 1, memberId: 'm' };
    expect((await to(broker, wrong).send(heartbeatApi, beat, 0)).errorCode).toBe(
      errorCode.NOT_COORDINATOR,
    );
    expect((await to(broker, found[0] ?? 0).send(heartbeatApi, beat, 0)).errorCode).toBe(
      errorCode.UNKNOWN_MEMBER_ID,
    );
  });

  it('keep members and generation when a group moves, and send on whoever waits', async () => {
    const broker = await start();
    broker.moveCoordinator('g', 1);
    const join = (memberId: string, nodeId: number) =>
      to(broker, nodeId).send(joinGroupApi, { ...joining('g'), memberId }, 5);
    const one = (await join('', 1)).memberId;
    expect((await join(one, 1)).generationId).toBe(1);
    const other = (await join('', 1)).memberId;
    const waiting = join(other, 1);
    await to(broker, 1).send(metadataApi, { topics: [] }, 1);
    broker.moveCoordinator('g', 3);
    expect((await waiting).errorCode).toBe(errorCode.NOT_COORDINATOR);
    const beat = { groupId: 'g', generationId: 1, memberId: one };
    const [old, next] = [to(broker, 1), to(broker, 3)];
    expect((await old.send(heartbeatApi, beat, 0)).errorCode).toBe(errorCode.NOT_COORDINATOR);
    expect((await next.send(heartbeatApi, beat, 0)).errorCode).toBe(
      errorCode.REBALANCE_IN_PROGRESS,
    );
    const again = await Promise.all([join(one, 3), join(other, 3)]);
    expect(again.map(({ memberId }) => memberId)).toEqual([one, other]);
    expect(again.map(({ generationId }) => generationId)).toEqual([2, 2]);
  });

  it('take over from one that stops, which comes back without what it had', async () => {
    const broker = await start();
    const led = await Promise.all([0, 1, 2, 3, 4, 5].map((each) => leaderOf(broker, each, 1)));
    const lost = led.indexOf(2);
    broker.moveCoordinator('g', 2);
    await broker.stopBroker(2);
    const after = await described(broker, 1);
    expect(after.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 3]);
    const moved = after.topics[0]?.partitions[lost];
    expect(moved).toMatchObject({ leaderEpoch: 1, isr: [1, 3], offlineReplicas: [2] });
    expect([1, 3]).toContain(moved?.leaderId);
    expect([1, 3]).toContain(await coordinatorOf(broker, 'g', 3));
    await expect(described(broker, 2)).rejects.toThrow('ECONNREFUSED');
    await broker.startBroker(2);
    expect((await described(broker, 2)).brokers).toHaveLength(3);
    expect(await leaderOf(broker, lost, 2)).toBe(moved?.leaderId);
  });

  it('lead everything again when all were stopped and one starts', async () => {
    const broker = await start();
    for (const nodeId of [1, 2, 3]) await broker.stopBroker(nodeId);
    await broker.startBroker(3);
    const { topics, controllerId } = await described(broker, 3);
    expect(controllerId).toBe(3);
    expect(topics[0]?.partitions.every(({ leaderId }) => leaderId === 3)).toBe(true);
    expect(await coordinatorOf(broker, 'g', 3)).toBe(3);
  });

  it('refuse to move what is not there, or to a broker that does not run', async () => {
    const broker = await start();
    await broker.stopBroker(2);
    expect(() => broker.moveLeader('none', 0)).toThrow("no topic 'none'");
    expect(() => broker.moveLeader('t', 9)).toThrow('no partition 9');
    expect(() => broker.moveLeader('t', 0, 7)).toThrow('no broker 7; there are 1, 2, 3');
    expect(() => broker.moveCoordinator('g', 2)).toThrow('Broker 2 is stopped');
    await expect(broker.stopBroker(9)).rejects.toThrow('no broker 9');
  });
});

describe('ports', () => {
  it('of all brokers are free again when one of them cannot be had', async () => {
    // Ports in front of the blocked one may belong to somebody else on this machine: then another one is blocked.
    for (let attempt = 0; ; attempt++) {
      const blocker = await kafkaBroker();
      cleanUp.push(() => blocker.close());
      const port = blocker.port - 2;
      const refusal = await kafkaBroker({ brokers: 3, port }).catch(String);
      if (!`${refusal}`.includes(`:${blocker.port} is in use`) && attempt < 20) continue;
      expect(refusal).toContain(`:${blocker.port} is in use`);
      const again = await kafkaBroker({ brokers: 2, port });
      cleanUp.push(() => again.close());
      expect(again.bootstrapServers).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`]);
      return;
    }
  });

  it('stay a stopped broker’s, and are kept when it starts again', async () => {
    const broker = await kafkaBroker({ brokers: 2 });
    cleanUp.push(() => broker.close());
    const before = broker.bootstrapServers;
    await broker.stopBroker(1);
    await expect(RawLink.open(before[0] ?? '')).rejects.toThrow('ECONNREFUSED');
    await broker.startBroker(1);
    expect(broker.bootstrapServers).toEqual(before);
    const link = await RawLink.open(before[0] ?? '');
    expect((await link.send(metadataApi, { topics: [] }, 1)).brokers).toHaveLength(2);
    link.close();
  });

  it('on a host that is none of this machine are refused', async () => {
    await expect(kafkaBroker({ host: '203.0.113.1' })).rejects.toThrow('does not belong');
  });
});
