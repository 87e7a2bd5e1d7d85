import {
  BatchReader,
  errorCode,
  type KafkaRecord,
  ProtocolError,
  type RecordBatch,
} from '../../protocol/index.ts';
import { BatchLog, type LogLimits } from './batch-log.ts';
import { type ProducerStamp, ProducerStates } from './producer-states.ts';

/** What became of a produced batch. */
export type Appended =
  | { readonly errorCode: 0; readonly baseOffset: number }
  | {
      readonly errorCode: number;
      readonly message: string;
      /** Places in the batch of the records that are at fault, where single ones are. */
      readonly records?: readonly number[];
    };

/** What a topic asks of a batch. */
export interface BatchRules {
  readonly maxBatchBytes: number;
  /** Records need keys, or compaction would not know what replaces what. */
  readonly keysRequired: boolean;
}

export interface TimedOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

const NONE: number[] = [];

/** One partition: its log, and who may append to it. */
export class Partition {
  readonly log: BatchLog;
  readonly #producers = new ProducerStates();

  constructor(limits: LogLimits) {
    this.log = new BatchLog(limits);
  }

  /** Checks what a producer sent as a broker does, and appends it. Repetitions are answered with their first place. */
  append(bytes: Buffer, { maxBatchBytes, keysRequired }: BatchRules, nowMs: number): Appended {
    const batch = onlyBatch(bytes);
    if ('errorCode' in batch) return batch;
    if (batch.sizeBytes > maxBatchBytes)
      return refused(
        'MESSAGE_TOO_LARGE',
        `The batch has ${batch.sizeBytes} bytes, max.message.bytes is ${maxBatchBytes}.`,
      );
    const keyless = keysRequired ? withoutKey(batch) : NONE;
    if (!Array.isArray(keyless)) return keyless;
    if (keyless.length > 0)
      return {
        ...refused('INVALID_RECORD', 'A compacted topic takes only records with keys.'),
        records: keyless,
      };
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

/** Places of the records without a key; what was sent may turn out not to be records at all. */
function withoutKey(batch: RecordBatch): number[] | { errorCode: number; message: string } {
  const records: KafkaRecord[] = [];
  try {
    batch.decodeInto(records, { topic: '', partition: -1 });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return refused('CORRUPT_MESSAGE', error.message);
  }
  return records.flatMap(({ key }, at) => (key === null ? [at] : []));
}

function refused(
  name: keyof typeof errorCode,
  message: string,
): { errorCode: number; message: string } {
  return { errorCode: errorCode[name], message };
}
