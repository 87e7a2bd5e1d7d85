import { describe, expect, it } from 'vitest';
import type { Random, RecordBatch } from '../../../../../src/core/index.ts';
import { errorCode, type FetchedPartition } from '../../../../../src/protocol/index.ts';
import { seededRandom } from '../../../../../src/testing/index.ts';
import { FakeCluster } from './fake-cluster.ts';
import { Reading, range } from './reading.ts';

const partitions = 5;
const stepMs = 40;
const steps = 150;

/** Brokers, connections, bytes and the sink misbehave at random; records are written all the while. */
class Storm {
  readonly cluster = new FakeCluster();
  readonly reading: Reading;
  readonly #random: Random;
  readonly #paused = new Set<number>();
  #calm = false;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.cluster.fetchVersion = this.#chance(0.5) ? 12 : 11;
    this.reading = new Reading(this.cluster, {
      fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 5_000 },
      outOfRange: 'fail',
      rack: 'a',
    });
    this.cluster.meddle = (answer) => (this.#calm ? answer : this.#meddle(answer));
    this.reading.room = (batch) => this.#room(batch);
    for (let i = 0; i < partitions; i++) this.cluster.partition('orders', i).leader = 1 + (i % 3);
    this.reading.fetcher.add(range(0, partitions).map((partition) => this.#at(partition)));
  }

  async run(): Promise<void> {
    for (let i = 0; i < steps; i++) {
      this.#write();
      this.#resumeSome();
      this.#breakSomething();
      await this.cluster.clock.advance(Math.floor(this.#random() * stepMs * 2));
    }
    await this.#settle();
  }

  async #settle(): Promise<void> {
    this.#calm = true;
    this.cluster.dead.clear();
    this.cluster.throttleTimeMs = 0;
    for (const each of this.cluster.partitions.values()) each.metadataSays = undefined;
    this.reading.room = () => true;
    this.reading.fetcher.resume(range(0, partitions).map((partition) => this.#at(partition)));
    await this.cluster.clock.until(
      () =>
        range(0, partitions).every((partition) => {
          const last = this.reading.batches.findLast((batch) => batch.partition === partition);
          const { endOffset } = this.cluster.partition('orders', partition).log;
          return endOffset === 0 || last?.next.offset === endOffset;
        }),
      { what: 'everything is delivered' },
    );
  }

  #at(partition: number) {
    return { topic: 'orders', partition, offset: 0 };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #some(): number {
    return Math.floor(this.#random() * partitions);
  }

  #write(): void {
    const { log } = this.cluster.partition('orders', this.#some());
    log.append(1 + Math.floor(this.#random() * 300));
  }

  #room({ partition }: RecordBatch): boolean {
    if (this.#paused.has(partition)) throw new Error(`pushed to ${partition}, which has no room`);
    if (this.#chance(0.6)) return true;
    this.#paused.add(partition);
    return false;
  }

  #resumeSome(): void {
    for (const partition of this.#paused)
      if (this.#chance(0.5)) {
        this.#paused.delete(partition);
        this.reading.fetcher.resume([this.#at(partition)]);
      }
  }

  #breakSomething(): void {
    const { cluster } = this;
    const partition = cluster.partition('orders', this.#some());
    const broker = 1 + Math.floor(this.#random() * 3);
    if (this.#chance(0.1)) partition.moveTo(broker);
    partition.metadataSays = this.#chance(0.1) ? broker : undefined;
    partition.preferredReplica = this.#chance(0.1) ? broker : -1;
    if (this.#chance(0.05)) cluster.kill(broker);
    if (this.#chance(0.2)) cluster.dead.clear();
    if (this.#chance(0.1)) for (const link of cluster.open) if (this.#chance(0.5)) link.cut();
    cluster.throttleTimeMs = this.#chance(0.05) ? 300 : 0;
  }

  #meddle(answer: FetchedPartition): FetchedPartition {
    const { records } = answer;
    const dice = this.#random();
    if (dice < 0.03) return { ...answer, errorCode: errorCode.UNKNOWN_LEADER_EPOCH, records: null };
    if (dice < 0.05) return { ...answer, errorCode: errorCode.UNKNOWN_SERVER_ERROR, records: null };
    if (records === null || records.length < 100) return answer;
    if (dice < 0.15) return { ...answer, records: records.subarray(0, this.#within(records)) };
    if (dice < 0.18) return { ...answer, records: this.#damaged(records) };
    return answer;
  }

  #within(records: Buffer): number {
    return Math.floor(this.#random() * records.length);
  }

  /** Somewhere in what the first batch's checksum covers. */
  #damaged(records: Buffer): Buffer {
    const copy = Buffer.from(records);
    const size = 12 + copy.readInt32BE(8);
    const at = 21 + Math.floor(this.#random() * (size - 21));
    copy.writeUInt8(copy.readUInt8(at) ^ 0x40, at);
    return copy;
  }
}

describe('fetcher, whatever happens', () => {
  it.each(range(1, 31))('delivers every record once and in order (seed %i)', async (seed) => {
    const storm = new Storm(seed);
    await storm.run();
    for (let partition = 0; partition < partitions; partition++) {
      const { endOffset } = storm.cluster.partition('orders', partition).log;
      expect(storm.reading.offsets(`orders-${partition}`)).toEqual(range(0, endOffset));
    }
    expect(storm.reading.codes().filter((code) => !code.includes('retriable'))).toEqual([]);
    await storm.reading.fetcher.close();
    expect(storm.cluster.open.size).toBe(0);
  });
});
