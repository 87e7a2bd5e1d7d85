import { afterAll, describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import {
  consumerGroupDescribeApi,
  metadataApi,
  offsetFetchApi,
  produceApi,
  RecordBatchBuilder,
} from '../../../src/protocol/index.ts';
import { RawLink } from '../../integration/protocol/raw-link.ts';
import type { GroupPeer } from '../../support/peers/group-peer.ts';
import { findOtherClient, type OtherClientName } from '../../support/peers/other-clients.ts';
import type { PeerProcess } from '../../support/peers/peer-process.ts';
import { until } from '../../support/until.ts';

const PARTITIONS = 6;
/** Without the settings of the older protocol, which clients of the newer refuse. */
const settings = { 'group.protocol': 'consumer', 'enable.auto.commit': false };

const broker = await kafkaBroker({
  defaultPartitions: PARTITIONS,
  consumerHeartbeatIntervalMs: 200,
});
const processes = new Map<OtherClientName, PeerProcess>();
const missing: string[] = [];
for (const name of ['java', 'librdkafka'] as const) {
  const found = findOtherClient(name, 'PARTITA_REQUIRE_FOREIGN');
  if (found.missing === undefined) processes.set(name, found.start([broker.bootstrap]));
  else missing.push(`${name}: ${found.missing}`);
}
const link = await RawLink.open(broker.bootstrap);

afterAll(async () => {
  link.close();
  await Promise.all([...processes.values()].map((process) => process.close()));
  await broker.close();
});

/** One record per partition and round. */
async function write(topic: string, ...values: readonly string[]): Promise<void> {
  for (const value of values)
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const builder = new RecordBatchBuilder();
      builder.append(null, Buffer.from(`${value}-${partition}`), [], 1);
      const topics = [{ topic, partitions: [{ partition, records: builder.build() }] }];
      const answer = await link.send(produceApi, { acks: -1, timeoutMs: 1_000, topics }, 9);
      expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(0);
    }
}

async function make(topic: string): Promise<void> {
  await link.send(metadataApi, { topics: [topic], allowAutoTopicCreation: true }, 12);
}

/** Positions of the group, by partition. */
async function committed(group: string): Promise<number[]> {
  const { topics } = await link.send(offsetFetchApi, { groupId: group, topics: null }, 8);
  const partitions = [...(topics[0]?.partitions ?? [])];
  return partitions
    .sort((one, other) => one.partition - other.partition)
    .map(({ offset }) => offset);
}

const valuesOf = (...members: readonly GroupPeer[]): string[] =>
  members.flatMap(({ handled }) => handled.map(({ value }) => value)).sort();

const expected = (...rounds: readonly string[]): string[] =>
  rounds.flatMap((round) => Array.from({ length: PARTITIONS }, (_, at) => `${round}-${at}`)).sort();

describe.for([...processes.keys()])('%s with group.protocol=consumer', (name) => {
  const join = (topic: string): GroupPeer =>
    (processes.get(name) as PeerProcess).join(topic, [], settings);

  it('joins, shares, takes over and leaves: each record once, positions kept', async () => {
    const topic = `shares-${name}`;
    await make(topic);
    await write(topic, 'a');
    const first = join(topic);
    await until('the first has read all', () => first.handled.length === PARTITIONS);
    const second = join(topic);
    await until('both have half', () => first.owned.size === 3 && second.owned.size === 3);
    await write(topic, 'b');
    await until('both have read', () => valuesOf(first, second).length === 2 * PARTITIONS);
    await first.leave();
    await until('the second has all', () => second.owned.size === PARTITIONS);
    await write(topic, 'c');
    await until('it reads all', () => valuesOf(first, second).length === 3 * PARTITIONS);
    await second.leave();
    expect(valuesOf(first, second)).toEqual(expected('a', 'b', 'c'));
    expect(await committed(topic)).toEqual(Array.from({ length: PARTITIONS }, () => 3));
    const { groups } = await link.send(consumerGroupDescribeApi, { groups: [topic] }, 1);
    expect(groups[0]).toMatchObject({ state: 'Empty', errorCode: 0 });
  });

  it('comes back when it was fenced', async () => {
    const topic = `fenced-${name}`;
    await make(topic);
    const member = join(topic);
    await until('it has all', () => member.owned.size === PARTITIONS);
    broker.faults.answer({ api: 'ConsumerGroupHeartbeat', error: 'FENCED_MEMBER_EPOCH' });
    await until('it has lost all', () => member.log.some((line) => /^(lost|revoked) /.test(line)));
    await until('it has all again', () => member.owned.size === PARTITIONS);
    await write(topic, 'a');
    await until('it reads', () => valuesOf(member).length >= PARTITIONS);
    await member.leave();
  });
});

if (processes.size === 2)
  it('members of both clients share a group', async () => {
    await make('mixed');
    const [java, librdkafka] = [...processes.values()].map((each) =>
      each.join('mixed', [], settings),
    );
    await until('both have half', () => java?.owned.size === 3 && librdkafka?.owned.size === 3);
    await Promise.all([java?.leave(), librdkafka?.leave()]);
  });
else it.skip(`other clients (not to be had here: ${missing.join('; ')})`, () => {});
