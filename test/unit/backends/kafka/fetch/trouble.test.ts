import { afterEach, describe, expect, it } from 'vitest';
import { PartitaError } from '../../../../../src/core/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';
import { FakeCluster } from './fake-cluster.ts';
import { Reading, range } from './reading.ts';

const orders = { topic: 'orders', partition: 0 };
const at = (offset: number, partition = 0) => ({ topic: 'orders', partition, offset });

let reading: Reading | undefined;
afterEach(async () => reading?.fetcher.close());

function read(cluster: FakeCluster, options: ConstructorParameters<typeof Reading>[1] = {}) {
  reading = new Reading(cluster, options);
  return reading;
}

/** Ten records read, the eleventh batch still to come. */
async function begun(options: ConstructorParameters<typeof Reading>[1] = {}) {
  const cluster = new FakeCluster();
  const partition = cluster.partition('orders', 0);
  partition.log.append(10);
  const current = read(cluster, options);
  current.fetcher.add([at(0)]);
  await cluster.clock.until(() => current.offsets().length === 10);
  return { cluster, partition, log: partition.log, current };
}

describe('fetcher, when leaders change', () => {
  it('follows the partition to its new leader without a report', async () => {
    const { cluster, partition, log, current } = await begun();
    partition.moveTo(2);
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(current.offsets()).toEqual(range(0, 15));
    expect(current.failures).toEqual([]);
    expect(cluster.fetches().at(-1)?.nodeId).toBe(2);
  });

  it('goes on asking as long as metadata names the dead leader, and reports it once', async () => {
    const { cluster, partition, log, current } = await begun();
    cluster.kill(1);
    partition.metadataSays = 1;
    await cluster.clock.advance(9_000);
    expect(current.codes()).toEqual(['CONNECTION_FAILED (retriable)']);
    expect(cluster.metadataCalls).toBeLessThan(30);
    partition.moveTo(2);
    partition.metadataSays = undefined;
    log.append(5);
    const before = cluster.clock.now();
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(cluster.clock.now() - before).toBeLessThan(1_500);
    expect(current.offsets()).toEqual(range(0, 15));
  });

  it('goes on with the other brokers while one is dead', async () => {
    const { cluster, current } = await begun();
    const other = cluster.partition('orders', 1);
    other.leader = 2;
    current.fetcher.add([at(0, 1)]);
    cluster.kill(1);
    for (let i = 0; i < 20; i++) {
      other.log.append(1);
      const before = cluster.clock.now();
      await cluster.clock.until(() => current.offsets('orders-1').length === i + 1);
      expect(cluster.clock.now() - before).toBeLessThan(50);
    }
  });

  it('waits for a leader, and reports that there is none', async () => {
    const { cluster, partition, log, current } = await begun();
    partition.moveTo(-1);
    await cluster.clock.advance(5_000);
    expect(current.codes()).toEqual(['UNAVAILABLE (retriable)']);
    partition.moveTo(3);
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(current.offsets()).toEqual(range(0, 15));
  });

  it.each(['before', 'during'])(
    'says that trouble is over also when all is paused %s it, and no answer will tell',
    async (when) => {
      const { cluster, partition, current } = await begun();
      if (when === 'before') current.fetcher.pause([orders]);
      cluster.kill(1);
      partition.metadataSays = 1;
      await cluster.clock.until(() => current.failures.length === 1);
      partition.moveTo(2);
      partition.metadataSays = undefined;
      current.fetcher.pause([orders]);
      await cluster.clock.advance(20_000);
      expect(current.recoveries).toBe(1);
    },
  );

  it('replaces a connection that was cut while it was used', async () => {
    const { cluster, log, current } = await begun();
    for (const link of cluster.open) link.cut();
    log.append(5);
    const before = cluster.clock.now();
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(cluster.clock.now() - before).toBeLessThan(50);
  });

  it('notices a peer that is silent for ever', async () => {
    const { cluster, log, current } = await begun();
    cluster.latencyMs = 1e9;
    await cluster.clock.advance(1_000);
    cluster.latencyMs = 1;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15, { limitMs: 60_000 });
    expect(current.codes()).toEqual(['CONNECTION_FAILED (retriable)']);
  });

  it('goes on when metadata fails for a while', async () => {
    const { cluster, partition, log, current } = await begun();
    cluster.metadataError = new PartitaError('CONNECTION_FAILED', 'Nobody there.', {
      retriable: true,
    });
    partition.moveTo(2);
    await cluster.clock.advance(60_000);
    cluster.metadataError = undefined;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(current.codes()).toEqual(['CONNECTION_FAILED (retriable)']);
  });

  it('takes damaged metadata for something that passes', async () => {
    const { cluster, partition, log, current } = await begun();
    cluster.metadataError = new PartitaError('CORRUPT_DATA', 'Garbage.');
    partition.moveTo(2);
    await cluster.clock.advance(5_000);
    cluster.metadataError = undefined;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(current.codes()).toEqual(['CORRUPT_DATA (retriable)']);
  });

  it('asks again when a connection cannot even be made', async () => {
    const { cluster, log, current } = await begun();
    const { link } = cluster;
    for (const each of [...cluster.open]) each.cut();
    cluster.link = () => {
      throw new PartitaError('CLOSED', 'No new connection.');
    };
    await cluster.clock.advance(5_000);
    cluster.link = link;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
  });

  it('reports an unknown topic once, and reads it when it appears', async () => {
    const cluster = new FakeCluster();
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.advance(30_000);
    expect(current.codes()).toEqual(['UNKNOWN_TOPIC (retriable)']);
    cluster.partition('orders', 0).log.append(5);
    await cluster.clock.until(() => current.offsets().length === 5);
  });

  it('reports a topic that was deleted under it', async () => {
    const { cluster, current } = await begun();
    cluster.partitions.clear();
    await cluster.clock.advance(5_000);
    expect(current.codes()).toEqual(['UNKNOWN_TOPIC (retriable)']);
  });
});

describe('fetcher, when the log was truncated', () => {
  it.each([12, 11])('reads what replaced the lost records (Fetch v%i)', async (version) => {
    const { cluster, partition, log, current } = await begun();
    cluster.fetchVersion = version;
    log.append(10); // 10-19, lost below
    await cluster.clock.until(() => current.offsets().length === 20);
    log.truncate(10);
    partition.moveTo(2);
    log.append(15); // 10-24
    await cluster.clock.until(() => current.offsets().length === 35);
    expect(current.offsets()).toEqual([...range(0, 20), ...range(10, 25)]);
    expect(current.codes()).toEqual(['OFFSET_OUT_OF_RANGE (retriable)']);
    expect(current.failures[0]?.error.message).toContain('the last 10 offsets are read anew');
  });

  it('stands still under the policy fail', async () => {
    const { cluster, partition, log, current } = await begun({ outOfRange: 'fail' });
    log.truncate(0);
    partition.moveTo(2);
    log.append(15);
    await cluster.clock.advance(5_000);
    expect(current.codes()).toEqual(['OFFSET_OUT_OF_RANGE']);
    expect(current.offsets()).toEqual(range(0, 10));
    current.fetcher.seek(orders, { offset: 0 });
    await cluster.clock.until(() => current.offsets().length === 25);
  });

  it('begins anew when the topic was deleted and created again', async () => {
    const { cluster, partition, log, current } = await begun();
    partition.moveTo(2);
    log.append(10);
    await cluster.clock.until(() => current.offsets().length === 20);
    cluster.partitions.clear();
    cluster.partition('orders', 0).log.append(30);
    await cluster.clock.until(() => current.offsets().length === 50);
    expect(current.offsets()).toEqual([...range(0, 20), ...range(0, 30)]);
    expect(current.codes()).toEqual(['OFFSET_OUT_OF_RANGE (retriable)']);
  });

  it('asks for epochs no more where they are unknown', async () => {
    const { cluster, partition, log, current } = await begun();
    cluster.fetchVersion = 6;
    cluster.epochChecks = false;
    partition.moveTo(2);
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    partition.moveTo(3);
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 20);
    expect(cluster.sent.filter(({ api }) => api === 'OffsetForLeaderEpoch').length).toBe(1);
    expect(current.failures).toEqual([]);
  });
});

describe('fetcher, when its position is not in the log', () => {
  const outside = (options: ConstructorParameters<typeof Reading>[1]) => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    log.append(100);
    log.append(100);
    log.startOffset = 100;
    const current = read(cluster, options);
    current.fetcher.add([at(40)]);
    return { cluster, log, current };
  };

  it('goes on at the earliest offset and tells how many were passed', async () => {
    const { cluster, current } = outside({ outOfRange: 'earliest' });
    await cluster.clock.until(() => current.offsets().length === 100);
    expect(current.offsets()).toEqual(range(100, 200));
    expect(current.codes()).toEqual(['OFFSET_OUT_OF_RANGE (retriable)']);
    expect(current.failures[0]?.partition).toEqual(orders);
    expect(current.failures[0]?.error.message).toContain('60 offsets were passed');
  });

  it('goes on at the end under the policy latest', async () => {
    const { cluster, log, current } = outside({ outOfRange: 'latest' });
    await cluster.clock.until(() => current.failures.length > 0);
    expect(current.failures[0]?.error.message).toContain('160 offsets were passed');
    log.append(3);
    await cluster.clock.until(() => current.offsets().length === 3);
    expect(current.offsets()).toEqual(range(200, 203));
  });

  it('stands still until a seek under the policy fail', async () => {
    const { cluster, current } = outside({ outOfRange: 'fail' });
    await cluster.clock.advance(60_000);
    expect(current.codes()).toEqual(['OFFSET_OUT_OF_RANGE']);
    const before = cluster.fetches().length;
    await cluster.clock.advance(60_000);
    expect(cluster.fetches().length).toBe(before);
    current.fetcher.seek(orders, { offset: 150 });
    await cluster.clock.until(() => current.offsets().length === 50);
    current.fetcher.seek(orders, { offset: 40 });
    await cluster.clock.until(() => current.failures.length === 2);
  });

  it('hands over first what was fetched before', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 4; i++) log.append(1_000);
    const current = read(cluster);
    current.room = () => false;
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.batches.length === 1);
    log.startOffset = 3_000;
    await cluster.clock.advance(1_000);
    current.room = () => true;
    current.fetcher.resume([orders]);
    await cluster.clock.until(() => current.offsets().at(-1) === 3_999);
    expect(current.offsets()).toEqual(range(0, 4_000));
    expect(current.failures).toEqual([]);
  });
});

describe('fetcher, when bytes are damaged', () => {
  const flip = (records: Buffer | null, byte: number) => {
    const damaged = Buffer.from(records ?? []);
    damaged.writeUInt8(damaged.readUInt8(byte) ^ 0x10, byte);
    return damaged;
  };

  it('fetches them again and loses nothing', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    log.append(10);
    const second = log.read(0, 1e6).length;
    log.append(10);
    let left = 2;
    cluster.meddle = (answer, { fetchOffset }) =>
      answer.records?.length && left-- > 0
        ? { ...answer, records: flip(answer.records, fetchOffset === 0 ? second + 80 : 80) }
        : answer;
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 20);
    expect(current.offsets()).toEqual(range(0, 20));
    expect(new Set(current.codes())).toEqual(new Set(['CORRUPT_DATA (retriable)']));
    expect(current.failures[0]?.error).toMatchObject({ ...orders, offset: 10 });
  });

  it('stands still when they stay damaged, skips nothing, and holds up no other partition', async () => {
    const cluster = new FakeCluster();
    cluster.partition('orders', 0).log.append(10);
    const other = cluster.partition('orders', 1).log;
    cluster.meddle = (answer) =>
      answer.partition === 0 && answer.records?.length
        ? { ...answer, records: flip(answer.records, 80) }
        : answer;
    const current = read(cluster);
    current.fetcher.add([at(0, 0), at(0, 1)]);
    await cluster.clock.until(() => current.codes().includes('CORRUPT_DATA'));
    expect(current.codes()).toEqual([
      ...Array.from({ length: 3 }, () => 'CORRUPT_DATA (retriable)'),
      'CORRUPT_DATA',
    ]);
    other.append(10);
    await cluster.clock.until(() => current.offsets('orders-1').length === 10);
    await cluster.clock.advance(60_000);
    expect(current.offsets('orders-0')).toEqual([]);
    expect(current.failures.length).toBe(4);
    cluster.meddle = (answer) => answer;
    current.fetcher.seek(orders, { offset: 0 });
    await cluster.clock.until(() => current.offsets('orders-0').length === 10);
  });

  it.each([
    ['length', 9],
    ['magic', 16],
  ])('survives a damaged %s', async (_field, byte) => {
    const cluster = new FakeCluster();
    cluster.partition('orders', 0).log.append(10);
    let left = 1;
    cluster.meddle = (answer) =>
      left-- > 0 ? { ...answer, records: flip(answer.records, byte) } : answer;
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 10);
    expect(current.codes().filter((code) => !code.includes('retriable'))).toEqual([]);
  });
});

describe('fetcher, reading from the nearest replica', () => {
  const near = async () => {
    const cluster = new FakeCluster();
    const partition = cluster.partition('orders', 0);
    partition.preferredReplica = 3;
    partition.log.append(10);
    const current = read(cluster, { rack: 'b' });
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 10);
    return { cluster, partition, log: partition.log, current };
  };

  it('reads from the replica that the leader names', async () => {
    const { cluster } = await near();
    expect(cluster.fetches().map(({ nodeId }) => nodeId)).toEqual([1, 3, 3]);
  });

  it('falls back to the leader when the replica dies', async () => {
    const { cluster, log, current } = await near();
    cluster.kill(3);
    log.append(5);
    const before = cluster.clock.now();
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(cluster.clock.now() - before).toBeLessThan(1_000);
    expect(cluster.fetches().length).toBeLessThan(10);
  });

  it('asks the leader before it believes a replica that an offset is out of range', async () => {
    const { cluster, log, current } = await near();
    cluster.meddle = (answer, asked) =>
      cluster.fetches().at(-1)?.nodeId === 3 && asked.fetchOffset === 10 && log.endOffset > 10
        ? { ...answer, errorCode: errorCode.OFFSET_OUT_OF_RANGE, records: null }
        : answer;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
    expect(current.failures).toEqual([]);
  });

  it('lets the leader choose anew after five minutes', async () => {
    const { cluster, partition, current } = await near();
    partition.preferredReplica = 2;
    partition.log.append(1);
    await cluster.clock.until(() => current.offsets().length === 11);
    await cluster.clock.advance(301_000);
    expect(cluster.fetches().at(-1)?.nodeId).toBe(2);
  });
});

describe('fetcher, when a broker refuses', () => {
  it('reports missing rights and goes on when they are given', async () => {
    const { cluster, log, current } = await begun();
    cluster.meddle = (answer) => ({
      ...answer,
      errorCode: errorCode.TOPIC_AUTHORIZATION_FAILED,
      records: null,
    });
    await cluster.clock.advance(10_000);
    expect(current.codes()).toEqual(['AUTHORIZATION_FAILED (retriable)']);
    cluster.meddle = (answer) => answer;
    log.append(5);
    await cluster.clock.until(() => current.offsets().length === 15);
  });
});
