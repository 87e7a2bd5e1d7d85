import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createFetcher,
  type Fetcher,
  type FetcherOptions,
} from '../../src/backends/kafka/fetch/fetcher.ts';
import type { KafkaJsWire } from '../../src/backends/kafka/wire/kafkajs-wire.ts';
import type { PartitaError, RecordBatch } from '../../src/core/index.ts';
import {
  type Compression,
  deleteRecordsApi,
  RecordBatchBuilder,
} from '../../src/protocol/index.ts';
import { startKafka } from '../support/kafka.ts';
import { RawTopic } from '../support/kafka-raw-topic.ts';
import { openWire, realEnv } from '../support/open-wire.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

/** What a fetcher pushed and reported. */
class Read {
  readonly batches: RecordBatch[] = [];
  readonly errors: PartitaError[] = [];
  readonly fetcher: Fetcher;
  room = true;

  constructor(wire: KafkaJsWire, options: Partial<FetcherOptions> = {}) {
    this.fetcher = createFetcher(
      { wire, env: realEnv },
      {
        fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1024 * 1024 },
        isolation: 'uncommitted',
        outOfRange: 'earliest',
        ...options,
      },
      {
        records: (batch) => {
          this.batches.push(batch);
          return this.room;
        },
        failed: (error) => this.errors.push(error),
      },
    );
  }

  offsets(partition = 0): number[] {
    return this.batches
      .filter((batch) => batch.partition === partition)
      .flatMap(({ records }) => records.map(({ offset }) => offset));
  }

  values(): string[] {
    return this.batches.flatMap(({ records }) => records.map(({ value }) => String(value)));
  }

  next(partition = 0): number {
    return this.batches.findLast((batch) => batch.partition === partition)?.next.offset ?? 0;
  }
}

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

function wireTo(bootstrap: readonly string[]): KafkaJsWire {
  const wire = openWire(bootstrap);
  cleanUp.push(() => wire.close());
  return wire;
}

function read(wire: KafkaJsWire, options: Partial<FetcherOptions> = {}): Read {
  const reading = new Read(wire, options);
  cleanUp.push(() => reading.fetcher.close());
  return reading;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function batchOf(values: readonly string[], compression: Compression = 'none'): Buffer {
  const builder = new RecordBatchBuilder();
  for (const value of values) builder.append(null, Buffer.from(value), [], Date.now());
  return Buffer.from(builder.build({ compression }));
}

describeKafka('fetcher on a real broker', ({ bootstrap }) => {
  const name = () => `fetcher-${randomUUID()}`;
  beforeAll(() => {
    process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
  });

  it('reads every codec', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    const codecs: Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
    for (const codec of codecs)
      await topic.produce(
        0,
        batchOf(
          range(0, 500).map((i) => `${codec}-${i}`),
          codec,
        ),
      );
    const reading = read(wire);
    reading.fetcher.add([topic.at(0)]);
    await until('all codecs are read', () => reading.next() === 2_500);
    expect(reading.values()).toEqual(codecs.flatMap((c) => range(0, 500).map((i) => `${c}-${i}`)));
    expect(reading.errors).toEqual([]);
  });

  it('reads with the versions that the Kafka endpoint of Event Hubs offers', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    for (let i = 0; i < 5; i++) await topic.produce(0, batchOf(range(0, 100).map(String)));
    const reading = read(wire, { maxFetchVersion: 6, isolation: 'committed' });
    reading.fetcher.add([{ ...topic.at(0), offset: 150 }]);
    await until('all records are read', () => reading.next() === 500);
    expect(reading.offsets()).toEqual(range(150, 500));
    expect(reading.errors).toEqual([]);
  });

  it('reads 130,000 tiny records of one batch, and stops in the midst of it', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    await topic.produce(
      0,
      batchOf(
        range(0, 130_000).map(() => 'x'),
        'gzip',
      ),
    );
    const reading = read(wire);
    reading.room = false;
    reading.fetcher.add([topic.at(0)]);
    await until('the first records come', () => reading.batches.length === 1);
    expect(reading.next()).toBeLessThan(10_000);
    reading.room = true;
    reading.fetcher.resume([topic.at(0)]);
    await until('all records are read', () => reading.next() === 130_000);
    expect(reading.offsets()).toEqual(range(0, 130_000));
  });

  it('reads a record that is larger than the bytes asked for', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    await topic.produce(0, batchOf(['small', 'x'.repeat(900_000), 'small']));
    const reading = read(wire, {
      fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1_000 },
    });
    reading.fetcher.add([topic.at(0)]);
    await until('all records are read', () => reading.next() === 3);
    expect(reading.values().map(({ length }) => length)).toEqual([5, 900_000, 5]);
  });

  it('reads committed transactions only, or all', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    const kafka = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({
      transactionalId: topic.name,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    cleanUp.push(() => producer.disconnect());
    const send = async (values: readonly string[], end: 'commit' | 'abort') => {
      const transaction = await producer.transaction();
      const messages = values.map((value) => ({ value }));
      await transaction.send({ topic: topic.name, messages });
      await transaction[end]();
    };
    await send(['a1', 'a2'], 'commit');
    await send(['b1', 'b2', 'b3'], 'abort');
    await topic.produce(0, batchOf(['plain']));
    await send(['c1'], 'commit');
    await send(['d1'], 'abort');
    await send(['e1'], 'commit');
    const end = await topic.endOffset(0);
    const committed = read(wire, { isolation: 'committed' });
    const all = read(wire);
    for (const each of [committed, all]) each.fetcher.add([topic.at(0)]);
    // The last marker may be written after its transaction was acknowledged, and so lie behind that end.
    await until('both are at the end', () => committed.next() >= end && all.next() >= end);
    expect(committed.values()).toEqual(['a1', 'a2', 'plain', 'c1', 'e1']);
    expect(all.values()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'plain', 'c1', 'd1', 'e1']);
  });

  it('reads a compacted topic', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name(), {
      configs: {
        'cleanup.policy': 'compact',
        'segment.ms': '100',
        'min.cleanable.dirty.ratio': '0.001',
        'max.compaction.lag.ms': '100',
      },
    });
    const write = (from: number, count: number) => {
      const builder = new RecordBatchBuilder();
      for (const i of range(from, from + count))
        builder.append(Buffer.from(`key-${i % 7}`), Buffer.from(String(i)), [], Date.now());
      return topic.produce(0, Buffer.from(builder.build()));
    };
    for (const i of range(0, 10)) await write(i * 100, 100);
    let compacted: number[] = [];
    await until(
      'the cleaner has been there',
      async () => {
        // Each record makes the broker roll a segment, and only closed segments are cleaned.
        await write(1_000, 1);
        const end = await topic.endOffset(0);
        const reading = new Read(wire);
        reading.fetcher.add([topic.at(0)]);
        await until('the end is reached', () => reading.next() === end);
        compacted = reading.offsets();
        await reading.fetcher.close();
        expect(reading.errors).toEqual([]);
        return compacted.length < 500;
      },
      { timeoutMs: 50_000, everyMs: 500 },
    );
    expect(compacted).toEqual([...compacted].sort((a, b) => a - b));
    expect(new Set(compacted).size).toBe(compacted.length);
  });

  it('follows the policy when records were deleted', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name());
    for (let i = 0; i < 10; i++) await topic.produce(0, batchOf(range(0, 10).map(String)));
    const link = wire.link(await topic.leader(0), 'admin');
    await link.send(
      deleteRecordsApi,
      {
        topics: [{ topic: topic.name, partitions: [{ partition: 0, offset: 65 }] }],
        timeoutMs: 5_000,
      },
      { timeoutMs: 10_000 },
    );
    const fail = read(wire, { outOfRange: 'fail' });
    const earliest = read(wire);
    const latest = read(wire, { outOfRange: 'latest' });
    for (const each of [fail, earliest, latest]) each.fetcher.add([{ ...topic.at(0), offset: 20 }]);
    await until(
      'the policies have shown',
      () => earliest.next() === 100 && latest.errors.length > 0,
    );
    await until('fail has failed', () => fail.errors.length > 0);
    expect(earliest.offsets()).toEqual(range(65, 100));
    expect(earliest.errors[0]?.message).toContain('45 offsets were passed');
    expect(latest.errors[0]?.message).toContain('80 offsets were passed');
    expect(fail.errors[0]).toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', retriable: false });
    expect(fail.batches).toEqual([]);
    await topic.produce(0, batchOf(['new']));
    await until('the new record is read', () => latest.next() === 101);
    expect(latest.offsets()).toEqual([100]);
  });

  it('reads a resumed partition at once although another long poll is parked', async () => {
    const wire = wireTo(bootstrap);
    const topic = await RawTopic.create(wire, name(), { partitions: 2 });
    await topic.produce(1, batchOf(['x']));
    const reading = read(wire, {
      fetch: { maxWaitMs: 5_000, minBytes: 1, maxBytesPerPartition: 1024 * 1024 },
    });
    reading.fetcher.add([topic.at(0), topic.at(1)]);
    await until('the first record is read', () => reading.next(1) === 1);
    const times: number[] = [];
    for (const i of range(0, 10)) {
      reading.fetcher.pause([topic.at(1)]);
      await topic.produce(1, batchOf(['x']));
      const seen = reading.next(1);
      const before = performance.now();
      reading.fetcher.resume([topic.at(1)]);
      await until('the record is read', () => reading.next(1) >= i + 2, { everyMs: 1 });
      if (seen < i + 2) times.push(performance.now() - before);
    }
    expect(Math.max(0, ...times)).toBeLessThan(1_000);
  });
});

describe('fetcher on a cluster of three real brokers', () => {
  it('reads every record once while leaders are stopped and killed', {
    timeout: 170_000,
  }, async () => {
    await using cluster = await startKafka({ brokers: 3 });
    const wire = wireTo(cluster.bootstrap);
    const topic = await RawTopic.create(wire, `fetcher-${randomUUID()}`, {
      partitions: 3,
      replicationFactor: 3,
    });
    const reading = read(wire, { rack: 'a' });
    reading.fetcher.add(range(0, 3).map((partition) => topic.at(partition)));
    let stop = false;
    const writing = (async () => {
      for (let i = 0; !stop; i++) await topic.produce(i % 3, batchOf(range(0, 50).map(String)));
    })();
    const progress = async (what: string) => {
      const from = range(0, 3).map((partition) => reading.next(partition));
      await until(
        what,
        () => from.every((offset, partition) => reading.next(partition) > offset + 500),
        { timeoutMs: 60_000 },
      );
    };
    await progress('all partitions flow');
    const first = (await topic.leader(0)).nodeId - 1;
    await cluster.stopBroker(first);
    await progress('all partitions flow after an orderly stop');
    await cluster.startBroker(first);
    await progress('all partitions flow after the start');
    // A replica that is still catching up could not take over, and two are needed to write.
    await topic.inSync();
    const second = (await topic.leader(1)).nodeId - 1;
    await cluster.killBroker(second);
    await progress('all partitions flow after a kill');
    stop = true;
    await writing;
    for (const partition of range(0, 3)) {
      const end = await topic.endOffset(partition);
      await until(`partition ${partition} is read`, () => reading.next(partition) === end);
      expect(reading.offsets(partition)).toEqual(range(0, end));
    }
    expect(reading.errors.filter(({ retriable }) => !retriable)).toEqual([]);
  });
});
