import { PartitaError } from '../../core/index.ts';
import {
  BatchReader,
  errorCode,
  type KafkaRecord,
  ProtocolError,
  stampAppendTime,
  type TransactionMarker,
  transactionMarker,
} from '../../protocol/index.ts';
import { type BatchRules, checkedBatch, type RefusedBatch } from './batch-check.ts';
import { BatchLog, type LogLimits, type LogParts } from './batch-log.ts';
import type { NewBatch } from './batch-segment.ts';
import { compacted } from './compaction.ts';
import type { PlacedBatch, SegmentContent } from './log-store.ts';
import { OpenTransactions } from './open-transactions.ts';
import { type ProducerStamp, ProducerStates } from './producer-states.ts';

/** What became of a produced batch. */
export type Appended =
  | { readonly baseOffset: number; readonly appendTimeMs: number }
  | RefusedBatch;

export interface TimedOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

const NO_APPEND_TIME = -1;
const KEPT_COMPACTIONS = 100;

/** One partition: its log, and who may append to it. */
export class Partition {
  readonly log: BatchLog;
  readonly transactions: OpenTransactions = new OpenTransactions();
  readonly producers: ProducerStates = new ProducerStates();

  /** When the log was compacted, and up to where. */
  #compactions: readonly { readonly endOffset: number; readonly atMs: number }[] = [];

  constructor(limits: LogLimits, parts: LogParts = {}) {
    this.log = new BatchLog(limits, parts);
  }

  /** Checks what a producer sent as a broker does, and appends it. Repetitions are answered with their first place. */
  append(
    bytes: Buffer,
    rules: BatchRules,
    nowMs: number,
    mayWrite: (producer: ProducerStamp) => boolean = () => false,
  ): Appended {
    const batch = checkedBatch(bytes, rules);
    if ('errorCode' in batch) return batch;
    const { producerId, producerEpoch, baseSequence, count, isTransactional } = batch;
    const stamp: ProducerStamp = { producerId, producerEpoch, baseSequence, records: count };
    const verdict = this.producers.check(stamp);
    if (verdict.kind === 'duplicate')
      return { baseOffset: verdict.baseOffset, appendTimeMs: verdict.timestampMs };
    if (verdict.kind === 'refuse')
      return {
        errorCode: verdict.errorCode,
        message: `Producer ${producerId}, epoch ${producerEpoch}: sequence ${baseSequence} is not expected here.`,
      };
    if (isTransactional && !mayWrite(stamp))
      return {
        errorCode: errorCode.INVALID_TXN_STATE,
        message: `Producer ${producerId}, epoch ${producerEpoch}, has no transaction here.`,
      };
    const appendedAtMs = this.log.timeOf(nowMs);
    if (rules.appendTime) stampAppendTime(bytes, appendedAtMs);
    const maxTimestampMs = rules.appendTime ? appendedAtMs : batch.maxTimestampMs;
    const baseOffset = this.#stored({ bytes, records: count, maxTimestampMs }, appendedAtMs);
    if (typeof baseOffset !== 'number') return baseOffset;
    this.producers.note(stamp, baseOffset, maxTimestampMs);
    if (isTransactional) this.transactions.note(producerId, baseOffset);
    return { baseOffset, appendTimeMs: rules.appendTime ? appendedAtMs : NO_APPEND_TIME };
  }

  #stored(batch: NewBatch, appendedAtMs: number): number | RefusedBatch {
    try {
      return this.log.append(batch, appendedAtMs);
    } catch (error) {
      if (!PartitaError.is(error)) throw error;
      return { errorCode: errorCode.KAFKA_STORAGE_ERROR, message: error.message };
    }
  }

  /** Appends what this process has made itself, so that there is nothing to check. */
  appendOwn(batch: NewBatch, nowMs: number, stamp?: ProducerStamp): void {
    const baseOffset = this.log.append(batch, nowMs);
    if (stamp !== undefined) this.producers.note(stamp, baseOffset);
  }

  /** Takes over what a store has kept: the log, and what its batches tell of producers and transactions. */
  restore(contents: readonly SegmentContent[], startOffset: number, nowMs: number): void {
    for (const { batches } of contents) for (const placed of batches) this.#replay(placed);
    this.log.restore(contents, startOffset, nowMs);
  }

  #replay({ batch: { bytes }, baseOffset }: PlacedBatch): void {
    const batch = new BatchReader(bytes).next();
    if (batch === undefined) return;
    const { producerId, producerEpoch, baseSequence, partitionLeaderEpoch } = batch;
    while (this.log.epochs.current < partitionLeaderEpoch) this.log.epochs.begin(baseOffset);
    if (batch.isControl) {
      this.producers.fence(producerId, producerEpoch);
      this.transactions.end(producerId, batch.controlType === 'commit', baseOffset);
      return;
    }
    // Compaction takes records, but not the sequence numbers they had.
    const records = batch.lastOffset - baseOffset + 1;
    this.producers.note({ producerId, producerEpoch, baseSequence, records }, baseOffset);
    if (batch.isTransactional) this.transactions.note(producerId, baseOffset);
  }

  /**
   * Leaves the last record of each key. A deletion stays until a compaction that comes `tombstonesMs` after the first that saw it.
   * Returns how many records went.
   */
  compact(nowMs: number, tombstonesMs: number): number {
    const endOffset = this.lastStableOffset;
    const old = this.#compactions.filter(({ atMs }) => atMs + tombstonesMs <= nowMs);
    const { left, removed } = compacted([...this.log.batches()], {
      startOffset: this.log.startOffset,
      endOffset,
      tombstonesFrom: Math.max(0, ...old.map((each) => each.endOffset)),
      isAborted: (producerId, offset) => this.transactions.isAborted(producerId, offset),
    });
    this.#compactions = [...this.#compactions.slice(-KEPT_COMPACTIONS), { endOffset, atMs: nowMs }];
    if (removed > 0) this.log.rewrite(left);
    return removed;
  }

  /** Readers of committed records see nothing from here on. */
  get lastStableOffset(): number {
    return this.transactions.lastStableOffset(this.log.endOffset);
  }

  /** Writes the marker, and lets no older epoch of the producer write again. */
  endTransaction(marker: TransactionMarker): void {
    const { producerId, producerEpoch, committed, timestampMs } = marker;
    const bytes = transactionMarker(marker);
    const offset = this.log.endOffset;
    this.producers.fence(producerId, producerEpoch, timestampMs);
    this.transactions.end(producerId, committed, offset);
    this.log.append({ bytes, records: 1, maxTimestampMs: timestampMs }, timestampMs);
  }

  /** The first record at or after that time, or undefined; `corrupt` when its producer sent bytes that are no records. */
  offsetAtOrAfter(timestampMs: number): TimedOffset | 'corrupt' | undefined {
    const { log } = this;
    try {
      for (const { bytes } of log.batches(timestampMs)) {
        const records: KafkaRecord[] = [];
        const source = { topic: '', partition: -1, startOffset: log.startOffset };
        const batch = new BatchReader(bytes).next();
        if (batch?.isControl === false) batch.decodeInto(records, source);
        const found = records.find((record) => record.timestampMs >= timestampMs);
        // None is left when deletion has cut into the batch.
        if (found !== undefined) return found;
      }
    } catch (error) {
      if (error instanceof ProtocolError) return 'corrupt';
      throw error;
    }
    return undefined;
  }
}
