import type { BatchJob } from './batch-lane.ts';
import { type Decoder, decodeFailure } from './decoder.ts';
import { BatchCall, type CallHost, RecordCall } from './handler-call.ts';
import type { ConsumerRecord } from './record.ts';
import { isThenable } from './record-lane.ts';
import type { ResolvedConsumerOptions } from './resolved-options.ts';

/** Decodes a record and calls the record handler. Without a decoder, a time limit or a promise, nothing waits. */
export function invokeHandler(
  host: CallHost,
  options: ResolvedConsumerOptions,
  record: ConsumerRecord,
  attempt: number,
): unknown {
  const call = new RecordCall(host, attempt, record);
  if (options.decoder === undefined) return callHandler(call, options, record);
  let value: unknown;
  try {
    value = options.decoder(record.value, record);
  } catch (error) {
    throw decodeFailure(error, record);
  }
  if (!isThenable(value)) return callHandler(call, options, value);
  return value.then(
    (decoded) => callHandler(call, options, decoded),
    (error: unknown) => {
      throw decodeFailure(error, record);
    },
  );
}

function callHandler(call: RecordCall, options: ResolvedConsumerOptions, value: unknown): unknown {
  const { handle, handlerTimeoutMs } = options;
  if (handlerTimeoutMs === undefined) return handle?.(value, call);
  return call.limit(handlerTimeoutMs, () => handle?.(value, call));
}

/**
 * Decodes a batch and calls the batch handler with the records that decode. Leaves in `job.failures` what failed alone:
 * records that do not decode, and those the handler named.
 */
export async function invokeBatchHandler(
  host: CallHost,
  options: ResolvedConsumerOptions,
  job: BatchJob,
): Promise<void> {
  const { decoder, handleBatch, handlerTimeoutMs } = options;
  const failures = new Map<number, unknown>();
  const indexes: number[] = [];
  const values =
    decoder === undefined ? job.records : await decodeAll(decoder, job.records, failures, indexes);
  const records =
    failures.size === 0
      ? job.records
      : indexes.map((index) => job.records[index] as ConsumerRecord);
  if (records.length > 0) {
    const call = new BatchCall(host, job.attempt, records);
    await call.limit(handlerTimeoutMs, () => handleBatch?.(values, call));
    for (const [index, error] of call.failures) failures.set(indexes[index] ?? index, error);
  }
  job.failures = failures;
}

async function decodeAll(
  decoder: Decoder<unknown>,
  records: readonly ConsumerRecord[],
  failures: Map<number, unknown>,
  indexes: number[],
): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const [index, record] of records.entries()) {
    try {
      const value = decoder(record.value, record);
      values.push(isThenable(value) ? await value : value);
      indexes.push(index);
    } catch (error) {
      failures.set(index, decodeFailure(error, record));
    }
  }
  return values;
}
