import { afterEach, describe, expect, it } from 'vitest';
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

describe('fetcher', () => {
  it('reads a partition from a position on, in order, and goes on when records arrive', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    log.append(10);
    log.append(10);
    const { fetcher, offsets } = bound(read(cluster));
    fetcher.add([at(3)]);
    await cluster.clock.until(() => offsets().length === 17);
    expect(offsets()).toEqual(range(3, 20));
    log.append(5);
    await cluster.clock.until(() => offsets().length === 22);
    expect(offsets()).toEqual(range(3, 25));
    expect(reading?.failures).toEqual([]);
  });

  it('tells the next position and the end of the log with each batch', async () => {
    const cluster = new FakeCluster();
    cluster.partition('orders', 0).log.append(10);
    const { fetcher, batches } = read(cluster);
    fetcher.add([at(0)]);
    await cluster.clock.until(() => batches.length > 0);
    expect(batches[0]).toMatchObject({ ...orders, next: { offset: 10 }, logEndOffset: 10 });
    expect(batches[0]?.bytes).toBeGreaterThan(0);
  });

  it('asks again before the records are decoded', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 3; i++) log.append(10, { valueBytes: 9_000 });
    const { fetcher, batches } = read(cluster);
    let asked = 0;
    if (reading)
      reading.room = () => {
        asked ||= cluster.fetches().length;
        return true;
      };
    fetcher.add([at(0)]);
    await cluster.clock.until(() => batches.length > 0);
    expect(asked).toBe(2);
    expect(cluster.fetches()[1]?.request.topics[0]?.partitions[0]?.fetchOffset).toBe(10);
  });

  it('keeps what there is no room for and hands it over after resume without asking again', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 4; i++) log.append(1_000);
    const current = read(cluster);
    current.room = () => false;
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.batches.length === 1);
    await cluster.clock.advance(2_000);
    expect(current.offsets()).toEqual(range(0, 1_000));
    cluster.kill(1);
    current.fetcher.resume([orders]);
    await cluster.clock.settle();
    expect(current.offsets()).toEqual(range(0, 2_000));
    const asked = cluster.fetches().map(({ request }) => request.topics[0]?.partitions[0]);
    expect(asked.map((each) => each?.fetchOffset)).not.toContain(1_000);
  });

  it('does not hold up other partitions of the same broker behind one without room', async () => {
    const cluster = new FakeCluster();
    const slow = cluster.partition('orders', 0).log;
    const fast = cluster.partition('orders', 1).log;
    for (let i = 0; i < 20; i++) slow.append(100, { valueBytes: 1_000 });
    const current = read(cluster);
    current.room = (batch) => batch.partition !== 0;
    current.fetcher.add([at(0, 0), at(0, 1)]);
    await cluster.clock.until(() => current.batches.length > 0);
    for (let i = 0; i < 20; i++) {
      fast.append(10);
      const before = cluster.clock.now();
      await cluster.clock.until(() => current.offsets('orders-1').length === (i + 1) * 10);
      expect(cluster.clock.now() - before).toBeLessThan(50);
    }
    expect(current.offsets('orders-0').length).toBe(100);
  });

  it('does not make a resumed partition wait for a parked long poll', async () => {
    const cluster = new FakeCluster();
    cluster.partition('orders', 0);
    const { log } = cluster.partition('orders', 1);
    const current = read(cluster);
    current.fetcher.pause([{ topic: 'orders', partition: 1 }]);
    current.fetcher.add([at(0, 0), at(0, 1)]);
    current.fetcher.pause([{ topic: 'orders', partition: 1 }]);
    log.append(1);
    await cluster.clock.advance(20);
    expect(current.offsets()).toEqual([]);
    const before = cluster.clock.now();
    current.fetcher.resume([{ topic: 'orders', partition: 1 }]);
    await cluster.clock.until(() => current.offsets().length === 1);
    expect(cluster.clock.now() - before).toBeLessThan(10);
  });

  it('comes back to one long poll for all partitions after one was asked for aside', async () => {
    const cluster = new FakeCluster();
    for (const partition of [0, 1, 2]) cluster.partition('orders', partition);
    const current = read(cluster);
    current.fetcher.add([at(0, 0)]);
    await cluster.clock.advance(100);
    current.fetcher.add([at(0, 1)]);
    await cluster.clock.advance(100);
    current.fetcher.add([at(0, 2)]);
    await cluster.clock.advance(2_000);
    const settled = cluster.fetches().length;
    await cluster.clock.advance(5_000);
    expect(cluster.fetches().length - settled).toBeLessThanOrEqual(10);
    expect(cluster.fetches().at(-1)?.request.topics[0]?.partitions.length).toBe(3);
    expect(cluster.fetches().at(-1)?.request.maxWaitMs).toBe(500);
  });

  it('pushes nothing of a partition after remove', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 5; i++) log.append(1_000);
    const current = read(cluster);
    current.room = () => {
      current.fetcher.remove([orders]);
      return true;
    };
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.batches.length > 0);
    current.fetcher.resume([orders]);
    await cluster.clock.advance(2_000);
    expect(current.batches.length).toBe(1);
    expect(cluster.open.size).toBe(0);
  });

  it('pushes nothing from before a seek, and reads there at once although a poll is parked', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 5; i++) log.append(1_000);
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 5_000);
    await cluster.clock.advance(100);
    current.batches.length = 0;
    const before = cluster.clock.now();
    current.fetcher.seek(orders, { offset: 4_990 });
    await cluster.clock.until(() => current.offsets().length === 10);
    expect(cluster.clock.now() - before).toBeLessThan(10);
    expect(current.offsets()).toEqual(range(4_990, 5_000));
  });

  it('drops what was fetched before a seek, and does not resume by it', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 5; i++) log.append(1_000);
    const current = read(cluster);
    current.room = () => false;
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.batches.length === 1);
    current.fetcher.seek(orders, { offset: 3_500 });
    await cluster.clock.advance(1_000);
    expect(current.batches.length).toBe(1);
    current.fetcher.resume([orders]);
    await cluster.clock.until(() => current.batches.length === 2);
    expect(current.batches[1]?.records[0]?.offset).toBe(3_500);
  });

  it('splits a batch of 130,000 records', async () => {
    const cluster = new FakeCluster();
    cluster.partition('orders', 0).log.append(130_000, { compression: 'gzip', valueBytes: 1 });
    const current = read(cluster);
    let pushed = 0;
    current.room = () => ++pushed < 3;
    current.fetcher.add([at(10)]);
    await cluster.clock.until(() => current.batches.length === 3);
    expect(current.batches[2]?.next.offset).toBe(3_010);
    current.room = () => true;
    current.fetcher.resume([orders]);
    await cluster.clock.until(() => current.offsets().at(-1) === 129_999);
    expect(current.offsets()).toEqual(range(10, 130_000));
  });

  it('reads a record that is larger than the bytes asked for', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    log.append(1, { valueBytes: 500_000 });
    log.append(1);
    // A broker that cuts, as those before KIP-74 did.
    cluster.meddle = (answer, asked) => ({
      ...answer,
      records: answer.records?.subarray(0, asked.maxBytes) ?? null,
    });
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 2);
    expect(current.offsets()).toEqual([0, 1]);
  });

  it('passes compacted batches, empty batches and gaps', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    log.append(3, { lostTail: 7 });
    log.appendEmpty(10);
    const current = read(cluster);
    current.fetcher.add([at(5)]);
    await cluster.clock.until(() => current.batches.at(-1)?.next.offset === 20);
    expect(current.offsets()).toEqual([]);
    log.append(2);
    await cluster.clock.until(() => current.batches.at(-1)?.next.offset === 22);
    expect(current.offsets()).toEqual([20, 21]);
  });

  it('leaves out transaction markers, and aborted transactions when reading committed', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    const mine = { producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: true };
    log.append(5, mine); // 0-4 aborted
    log.append(2); // 5-6
    log.appendMarker(7, 'abort'); // 7
    log.append(3, mine); // 8-10 committed
    log.appendMarker(7, 'commit'); // 11
    log.aborted.push({ producerId: 7, firstOffset: 0 });
    log.lastStableOffset = 12;
    log.append(4, mine); // 12-15 open
    const committed = read(cluster, { isolation: 'committed' });
    committed.fetcher.add([at(0)]);
    await cluster.clock.until(() => committed.batches.at(-1)?.next.offset === 12);
    await cluster.clock.advance(1_000);
    expect(committed.offsets()).toEqual([5, 6, 8, 9, 10]);
    await committed.fetcher.close();
    log.lastStableOffset = undefined;
    const all = read(cluster);
    all.fetcher.add([at(0)]);
    await cluster.clock.until(() => all.batches.at(-1)?.next.offset === 16);
    expect(all.offsets()).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15]);
  });

  it('sends no request before a throttling broker allows it', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    for (let i = 0; i < 3; i++) log.append(10, { valueBytes: 9_000 });
    cluster.throttleTimeMs = 3_000;
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.until(() => current.offsets().length === 30);
    const times = cluster.fetches().map(({ atMs }) => atMs);
    for (const [i, time] of times.entries())
      if (i > 0) expect(time - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(3_000);
  });

  it('bounds what it keeps for many partitions without room', async () => {
    const cluster = new FakeCluster();
    const count = 160;
    const starts = range(0, count).map((partition) => {
      const { log } = cluster.partition('orders', partition);
      // The first batch fills a chunk, the second one is left.
      log.append(1_000, { valueBytes: 1 });
      log.append(1, { valueBytes: 500_000 });
      return at(0, partition);
    });
    const current = read(cluster, {
      fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 600_000 },
    });
    current.room = () => false;
    current.fetcher.add(starts);
    await cluster.clock.until(() => current.batches.length >= count);
    await cluster.clock.advance(1_000);
    cluster.kill(1);
    const first = new Set(current.batches.map(({ partition }) => partition));
    expect(first.size).toBe(count);
    current.batches.length = 0;
    current.room = () => true;
    current.fetcher.resume(starts);
    await cluster.clock.advance(100);
    const kept = current.batches.reduce((bytes, batch) => bytes + batch.bytes, 0);
    expect(kept).toBeGreaterThan(40_000_000);
    expect(kept).toBeLessThan(70_000_000);
  });

  it('does not run far ahead of what can be decoded', async () => {
    const cluster = new FakeCluster();
    const count = 100;
    const starts = range(0, count).map((partition) => {
      const { log } = cluster.partition('orders', partition);
      for (let i = 0; i < 2; i++) log.append(1, { valueBytes: 1_000_000 });
      return at(0, partition);
    });
    const current = read(cluster, {
      fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1_000_000 },
    });
    let delivered = 0;
    let farthest = 0;
    current.room = (batch) => {
      delivered += batch.bytes;
      farthest = Math.max(farthest, cluster.servedBytes - delivered);
      cluster.workMs += 20;
      return true;
    };
    cluster.latencyMs = 0;
    current.fetcher.add(starts);
    await cluster.clock.until(() => current.offsets().length === 2 * count);
    // What was waiting, and an answer for each of the two connections.
    expect(farthest).toBeGreaterThan(16_000_000);
    expect(farthest).toBeLessThan(64 * 1024 * 1024 + 2_000_000);
  });

  it('closes its connections, twice without harm, and pushes nothing afterwards', async () => {
    const cluster = new FakeCluster();
    const { log } = cluster.partition('orders', 0);
    const current = read(cluster);
    current.fetcher.add([at(0)]);
    await cluster.clock.advance(100);
    await Promise.all([current.fetcher.close(), current.fetcher.close()]);
    log.append(10);
    await cluster.clock.advance(20_000);
    expect(current.batches).toEqual([]);
    expect(current.failures).toEqual([]);
    expect(cluster.open.size).toBe(0);
    expect(cluster.clock.pending).toBe(0);
  });
});

/** Methods that may be taken off their object. */
function bound(from: Reading) {
  return { fetcher: from.fetcher, offsets: (key?: string) => from.offsets(key) };
}
