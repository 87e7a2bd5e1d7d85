import {
  BatchReader,
  errorCode,
  type KafkaRecord,
  ProtocolError,
  type RecordBatch,
} from '../../../protocol/index.ts';
import { BatchLog, type LogLimits } from './batch-log.ts';
import { type ProducerStamp, ProducerStates } from './producer-states.ts';

/** What became of a produced batch. */
export type Appended =
  | { readonly errorCode: 0; readonly baseOffset: number }
  | { readonly errorCode: number; readonly message: string };

export interface TimedOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

/** One partition: its log, and who may append to it. */
export class Partition {
  readonly log: BatchLog;
  readonly #producers = new ProducerStates();

  constructor(limits: LogLimits) {
    this.log = new BatchLog(limits);
  }

  /** Checks what a producer sent as a broker does, and appends it. Repetitions are answered with their first place. */
  append(bytes: Buffer, maxBatchBytes: number, nowMs: number): Appended {
    const batch = onlyBatch(bytes);
    if ('errorCode' in batch) return batch;
    if (batch.sizeBytes > maxBatchBytes)
      return refused(
        'MESSAGE_TOO_LARGE',
        `The batch has ${batch.sizeBytes} bytes, max.message.bytes is ${maxBatchBytes}.`,
      );
    const { producerId, producerEpoch, baseSequence, count } = batch;
    const stamp: ProducerStamp = { producerId, producerEpoch, baseSequence, records: count };
    const verdict = this.#producers.check(stamp);
    if (verdict.kind === 'duplicate') return { errorCode: 0, baseOffset: verdict.baseOffset };
    if (verdict.kind === 'refuse')
      return {
        errorCode: verdict.errorCode,
        message: `Producer ${producerId}, epoch ${producerEpoch}: sequence ${baseSequence} is not expected here.`,
      };
    const { maxTimestampMs } = batch;
    const baseOffset = this.log.append({ bytes, records: count, maxTimestampMs }, nowMs);
    this.#producers.note(stamp, baseOffset);
    return { errorCode: 0, baseOffset };
  }

  /** The first record at or after that time, or undefined. */
  offsetAtOrAfter(timestampMs: number): TimedOffset | undefined {
    const bytes = this.log.firstBatchAtOrAfter(timestampMs);
    const batch = bytes && new BatchReader(bytes).next();
    if (batch === undefined) return undefined;
    const records: KafkaRecord[] = [];
    const startOffset = this.log.startOffset;
    batch.decodeInto(records, { topic: '', partition: -1, startOffset });
    return records.find((record) => record.timestampMs >= timestampMs);
  }
}

/** A producer sends exactly one batch per partition, in format version 2 (`LogValidator`). */
function onlyBatch(bytes: Buffer): RecordBatch | { errorCode: number; message: string } {
  try {
    const reader = new BatchReader(bytes);
    const batch = reader.next();
    if (batch === undefined) return refused('CORRUPT_MESSAGE', 'The batch ends too early.');
    if (reader.truncated) return refused('INVALID_RECORD', 'More than one batch was sent.');
    if (batch.count < 1 || batch.count !== batch.lastOffset - batch.baseOffset + 1)
      return refused('INVALID_RECORD', `The batch states ${batch.count} records.`);
    if (batch.isControl) return refused('INVALID_RECORD', 'Clients may not write control batches.');
    if (batch.isTransactional)
      return refused('INVALID_TXN_STATE', 'Transactions are not served here.');
    return batch;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const unsupported = error.code === 'UNSUPPORTED';
    return refused(
      unsupported ? 'UNSUPPORTED_FOR_MESSAGE_FORMAT' : 'CORRUPT_MESSAGE',
      error.message,
    );
  }
}

function refused(
  name: keyof typeof errorCode,
  message: string,
): { errorCode: number; message: string } {
  return { errorCode: errorCode[name], message };
}
