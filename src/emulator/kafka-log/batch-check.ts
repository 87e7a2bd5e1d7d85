import {
  BatchReader,
  errorCode,
  type KafkaErrorName,
  type KafkaRecord,
  ProtocolError,
  type RecordBatch,
} from '../../protocol/index.ts';

/** What a topic asks of a batch. */
export interface BatchRules {
  readonly maxBatchBytes: number;
  /** Records need keys, or compaction would not know what replaces what. */
  readonly keysRequired: boolean;
  /** The broker's time replaces the producer's. */
  readonly appendTime: boolean;
}

/** Why a batch is not taken. */
export interface RefusedBatch {
  readonly errorCode: number;
  readonly message: string;
  /** Places in the batch of the records that are at fault, where single ones are. */
  readonly records?: readonly number[];
}

/** The one batch a producer sent, or what is wrong with it. */
export function checkedBatch(bytes: Buffer, rules: BatchRules): RecordBatch | RefusedBatch {
  const batch = onlyBatch(bytes);
  if ('errorCode' in batch) return batch;
  if (batch.sizeBytes > rules.maxBatchBytes)
    return refused(
      'MESSAGE_TOO_LARGE',
      `The batch has ${batch.sizeBytes} bytes, max.message.bytes is ${rules.maxBatchBytes}.`,
    );
  return rules.keysRequired ? withKeys(batch) : batch;
}

/** A producer sends exactly one batch per partition, in format version 2 (`LogValidator`). */
function onlyBatch(bytes: Buffer): RecordBatch | RefusedBatch {
  try {
    const reader = new BatchReader(bytes);
    const batch = reader.next();
    if (batch === undefined) return refused('INVALID_RECORD', 'The batch ends too early.');
    if (reader.truncated) return refused('INVALID_RECORD', 'More than one batch was sent.');
    if (batch.baseOffset !== 0)
      return {
        ...refused('INVALID_RECORD', `The batch begins at ${batch.baseOffset}, not at 0.`),
        // Found among the records, and no single one's fault.
        records: [],
      };
    if (batch.count < 1 || batch.count !== batch.lastOffset - batch.baseOffset + 1)
      return refused('INVALID_RECORD', `The batch states ${batch.count} records.`);
    if (batch.isControl) return refused('INVALID_RECORD', 'Clients may not write control batches.');
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

function withKeys(batch: RecordBatch): RecordBatch | RefusedBatch {
  const records: KafkaRecord[] = [];
  try {
    batch.decodeInto(records, { topic: '', partition: -1 });
  } catch (error) {
    // Only now it turns out that these are no records.
    if (!(error instanceof ProtocolError)) throw error;
    return refused('CORRUPT_MESSAGE', error.message);
  }
  const keyless = records.flatMap(({ key }, at) => (key === null ? [at] : []));
  if (keyless.length === 0) return batch;
  const message = 'A compacted topic takes only records with keys.';
  return { ...refused('INVALID_RECORD', message), records: keyless };
}

function refused(name: KafkaErrorName, message: string): RefusedBatch {
  return { errorCode: errorCode[name], message };
}
