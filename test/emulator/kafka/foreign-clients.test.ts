import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { openWire } from '../../support/open-wire.ts';
import type { ForeignClient } from '../../support/peers/foreign-client.ts';
import type { GroupPeer } from '../../support/peers/group-peer.ts';
import { kafkaJsClient } from '../../support/peers/kafkajs-client.ts';
import { findOtherClient, type OtherClientName } from '../../support/peers/other-clients.ts';
import { platformaticClient } from '../../support/peers/platformatic-client.ts';
import { processClient } from '../../support/peers/process-client.ts';
import { readPartition } from '../../support/read-topic.ts';
import { until } from '../../support/until.ts';

// Members notice at their next heartbeat that others have come or gone: with settings as they are, that takes seconds.
vi.setConfig({ maxConcurrency: 40, testTimeout: 60_000 });

const PARTITIONS = 6;
const complaints: string[] = [];
const complain = (message: string, fields: unknown = '') =>
  void complaints.push(`${message} ${JSON.stringify(fields)}`);
const logger = { debug: () => {}, info: () => {}, warn: complain, error: complain };
const broker = await kafkaBroker({ defaultPartitions: PARTITIONS, logger });

type Candidate = ForeignClient | { readonly name: string; readonly missing: string };

function inProcess(name: OtherClientName): Candidate {
  const found = findOtherClient(name, 'PARTITA_REQUIRE_FOREIGN');
  if (found.missing !== undefined) return { name, missing: found.missing };
  return processClient(name, found.start([broker.bootstrap]));
}

const candidates: readonly Candidate[] = [
  kafkaJsClient(broker.bootstrap),
  platformaticClient(broker.bootstrap),
  inProcess('librdkafka'),
  inProcess('java'),
];

afterAll(async () => {
  await Promise.all(candidates.map(async (each) => 'close' in each && each.close()));
  await broker.close();
});

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => String(from + at));
const sorted = (values: readonly string[]): string[] =>
  [...values].sort((one, other) => Number(one) - Number(other));
const handledBy = (...members: readonly GroupPeer[]): string[] =>
  members.flatMap(({ handled }) => handled.map(({ value }) => value));

/** Waits until the members own this many partitions each, and none of them twice. */
async function owned(members: readonly GroupPeer[], ...wanted: readonly number[]): Promise<void> {
  const shares = () => String(members.map((each) => each.owned.size));
  const distinct = () => new Set(members.flatMap((each) => [...each.owned])).size;
  await until(
    `shares of ${wanted}, not ${shares()}`,
    () => shares() === String(wanted) && distinct() === PARTITIONS,
  );
}

async function handled(count: number, ...members: readonly GroupPeer[]): Promise<void> {
  const distinct = () => new Set(handledBy(...members)).size;
  await until(`${count} records handled`, () => distinct() >= count);
}

/** What our own decoder finds in all partitions. */
async function readByUs(topic: string): Promise<string[]> {
  const wire = openWire([broker.bootstrap]);
  const partitions = Array.from({ length: PARTITIONS }, (_, at) => readPartition(wire, topic, at));
  const records = (await Promise.all(partitions)).flat();
  await wire.close();
  return sorted(records.map(({ value }) => String(value)));
}

/** For one case of one client. */
async function newTopic(client: ForeignClient, about: string): Promise<string> {
  const topic = `${about}-${client.name}`.replace(/\W+/g, '-');
  await client.createTopic?.(topic, PARTITIONS);
  return topic;
}

async function roundTrip(client: ForeignClient, compression: string): Promise<void> {
  const topic = await newTopic(client, `round-trip-${compression}`);
  await client.produce(topic, compression, 0, 40);
  expect(await readByUs(topic)).toEqual(numbers(0, 40));
  expect(sorted(await client.read(topic, topic, 40))).toEqual(numbers(0, 40));
  await client.produce(topic, compression, 40, 10);
  // Started anew in the same group: it goes on where it stopped.
  expect(sorted(await client.read(topic, topic, 10))).toEqual(numbers(40, 50));
}

async function share(client: ForeignClient, assignor: string): Promise<void> {
  const topic = await newTopic(client, `shared-${assignor}`);
  await client.produce(topic, 'none', 0, 60);
  const first = await client.join(topic, assignor);
  await owned([first], 6);
  await handled(60, first);
  const second = await client.join(topic, assignor);
  await owned([first, second], 3, 3);
  await client.produce(topic, 'none', 60, 60);
  await handled(120, first, second);
  await second.leave();
  await owned([first], 6);
  await client.produce(topic, 'none', 120, 60);
  await handled(180, first, second);
  await first.leave();
  const restarted = await client.join(topic, assignor);
  await owned([restarted], 6);
  await client.produce(topic, 'none', 180, 20);
  await handled(20, restarted);
  await restarted.leave();
  const all = [first, second, restarted];
  const values = handledBy(...all);
  const counted = client.repeatsWith.includes(assignor) ? [...new Set(values)] : values;
  expect(sorted(counted)).toEqual(numbers(0, 200));
  expect(all.flatMap(({ log }) => log.filter((line) => line.startsWith('failed')))).toEqual([]);
}

/** A static member that is gone for less than its session keeps its partitions, and the others notice nothing. */
async function restartStatic(client: ForeignClient): Promise<void> {
  const topic = await newTopic(client, 'static');
  const assignor = client.assignors[0] ?? '';
  await client.produce(topic, 'none', 0, 60);
  const stays = await client.join(topic, assignor, 'one');
  await owned([stays], 6);
  const before = await client.join(topic, assignor, 'two');
  await owned([stays, before], 3, 3);
  await handled(60, stays, before);
  const seen = stays.log.length;
  const kept = [...before.owned].sort();
  await before.leave();
  const after = await client.join(topic, assignor, 'two');
  await until('the partitions are back', () => after.owned.size === 3);
  expect([...after.owned].sort()).toEqual(kept);
  await client.produce(topic, 'none', 60, 60);
  await handled(120, stays, before, after);
  expect(stays.log.slice(seen)).toEqual([]);
  expect(sorted(handledBy(stays, before, after))).toEqual(numbers(0, 120));
  await Promise.all([stays.leave(), after.leave()]);
}

async function transact(client: ForeignClient): Promise<void> {
  const topic = await newTopic(client, 'transactions');
  const id = `${topic}-id`;
  expect(await client.transact(topic, id)).toBe('committed aborted fenced');
  expect((await client.read(topic, `${topic}-reader`, 2)).sort()).toEqual([
    'committed',
    'successor',
  ]);
  if (!client.commitsAnyOffset) return;
  const admin = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const [group] = await admin.fetchOffsets({ groupId: id, topics: [topic] });
  await admin.disconnect();
  const committed = group?.partitions.filter(({ offset }) => offset !== '-1');
  expect(committed).toMatchObject([{ partition: 0, offset: '5' }]);
}

describe('the embedded broker', () => {
  describe.concurrent.each(candidates)('serves $name with its settings as they are', (client) => {
    if ('missing' in client) {
      it.skip(`not to be had here: ${client.missing}`, () => {});
      return;
    }
    it.each(client.compressions)(
      '%s: reads back what it wrote, and goes on after a restart',
      (each) => roundTrip(client, each),
    );
    it.each(client.assignors)(
      '%s: members share partitions, hand them over and lose nothing',
      (each) => share(client, each),
    );
    it.runIf(client.restartsStaticMembers)(
      'static members keep their partitions over a restart',
      () => restartStatic(client),
    );
    it('transactions count when they are committed, and a successor fences', () =>
      transact(client));
  });

  it('had nothing to complain of', () => expect(complaints).toEqual([]));
});
