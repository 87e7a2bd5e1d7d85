import {
  BatchReader,
  type KafkaRecord,
  ProtocolError,
  stampAppendTime,
} from '../../protocol/index.ts';
import { type BatchRules, checkedBatch, type RefusedBatch } from './batch-check.ts';
import { BatchLog, type LogLimits } from './batch-log.ts';
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

/** One partition: its log, and who may append to it. */
export class Partition {
  readonly log: BatchLog;
  readonly #producers = new ProducerStates();

  constructor(limits: LogLimits) {
    this.log = new BatchLog(limits);
  }

  /** Checks what a producer sent as a broker does, and appends it. Repetitions are answered with their first place. */
  append(bytes: Buffer, rules: BatchRules, nowMs: number): Appended {
    const batch = checkedBatch(bytes, rules);
    if ('errorCode' in batch) return batch;
    const { producerId, producerEpoch, baseSequence, count } = batch;
    const stamp: ProducerStamp = { producerId, producerEpoch, baseSequence, records: count };
    const verdict = this.#producers.check(stamp);
    if (verdict.kind === 'duplicate')
      return { baseOffset: verdict.baseOffset, appendTimeMs: NO_APPEND_TIME };
    if (verdict.kind === 'refuse')
      return {
        errorCode: verdict.errorCode,
        message: `Producer ${producerId}, epoch ${producerEpoch}: sequence ${baseSequence} is not expected here.`,
      };
    if (rules.appendTime) stampAppendTime(bytes, nowMs);
    const maxTimestampMs = rules.appendTime ? nowMs : batch.maxTimestampMs;
    const baseOffset = this.log.append({ bytes, records: count, maxTimestampMs }, nowMs);
    this.#producers.note(stamp, baseOffset);
    return { baseOffset, appendTimeMs: rules.appendTime ? nowMs : NO_APPEND_TIME };
  }

  /** The first record at or after that time, or undefined; `corrupt` when its producer sent bytes that are no records. */
  offsetAtOrAfter(timestampMs: number): TimedOffset | 'corrupt' | undefined {
    const { log } = this;
    try {
      for (const bytes of log.batchesAtOrAfter(timestampMs)) {
        const records: KafkaRecord[] = [];
        const source = { topic: '', partition: -1, startOffset: log.startOffset };
        new BatchReader(bytes).next()?.decodeInto(records, source);
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
