import type { Buffer } from 'node:buffer';
import type { PartitaError } from '../../../core/index.ts';
import {
  BatchReader,
  type Compression,
  type KafkaRecord,
  RecordBatchBuilder,
  type RecordHeader,
} from '../../../protocol/index.ts';
import type { SendCall } from './send-call.ts';

/** Who writes, for the broker to tell a repeated batch from a new one. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** Where to begin with small batches; the builder grows. */
const FIRST_CAPACITY = 4096;

/** Records of one partition that are written together, and the calls that wait for them. */
export class PendingBatch {
  readonly createdAtMs: number;
  /** Times it was sent. Above 0 and not answered: it may have been written. */
  attempts = 0;
  /** Why the last attempt failed. */
  lastError: PartitaError | undefined;
  settled = false;
  readonly #builder: RecordBatchBuilder;
  readonly #calls: SendCall[] = [];
  readonly #indexes: number[] = [];
  #bytes: Buffer | undefined;

  constructor(createdAtMs: number, capacity: number = FIRST_CAPACITY) {
    this.createdAtMs = createdAtMs;
    this.#builder = new RecordBatchBuilder(capacity);
  }

  get count(): number {
    return this.#builder.count;
  }

  /** Before compression. */
  get sizeBytes(): number {
    return this.#builder.sizeBytes;
  }

  append(
    call: SendCall,
    index: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[],
    timestampMs: number,
  ): void {
    this.#builder.append(key, value, headers, timestampMs);
    this.#calls.push(call);
    this.#indexes.push(index);
  }

  /** The batch to send. Repeated attempts send the same bytes, unless `stamp` was called. */
  bytes(compression: Compression): Buffer {
    this.#bytes ??= this.#builder.build({ compression });
    return this.#bytes;
  }

  stamp(compression: Compression, identity: ProducerIdentity, baseSequence: number): void {
    this.#bytes = this.#builder.build({ compression, ...identity, baseSequence });
  }

  /** The record at 0 has `baseOffset`; -1: offsets are unknown. */
  acknowledge(topic: string, partition: number, baseOffset: number): void {
    this.settled = true;
    for (let i = 0; i < this.#calls.length; i++) {
      const offset = baseOffset < 0 ? -1 : baseOffset + i;
      this.#calls[i]?.acknowledge(this.#indexes[i] as number, topic, partition, offset);
    }
  }

  fail(error: PartitaError): void {
    this.settled = true;
    for (let i = 0; i < this.#calls.length; i++)
      this.#calls[i]?.fail(this.#indexes[i] as number, error);
  }

  /** Fails these records alone; the rest is a new batch, absent when nothing is left. */
  dropRecords(refused: ReadonlyMap<number, PartitaError>): PendingBatch | undefined {
    const rest = this.#regroup((i) => (refused.has(i) ? undefined : 0))[0];
    for (const [i, error] of refused) this.#calls[i]?.fail(this.#indexes[i] as number, error);
    return rest;
  }

  /** Two batches with the records of this one, for a broker that finds it too large. */
  split(): readonly PendingBatch[] {
    const half = this.count >>> 1;
    return this.#regroup((i) => (i < half ? 0 : 1));
  }

  /** Takes the records out of the encoded batch: nobody kept them beside it. */
  #regroup(groupOf: (record: number) => 0 | 1 | undefined): PendingBatch[] {
    const records: KafkaRecord[] = [];
    new BatchReader(this.#builder.build()).next()?.decodeInto(records, { topic: '', partition: 0 });
    const groups: PendingBatch[] = [];
    for (const [i, { key, value, headers, timestampMs }] of records.entries()) {
      const group = groupOf(i);
      const call = this.#calls[i];
      if (group === undefined || call === undefined) continue;
      groups[group] ??= new PendingBatch(this.createdAtMs);
      groups[group].append(call, this.#indexes[i] as number, key, value, headers, timestampMs);
    }
    this.settled = true;
    return groups;
  }
}
