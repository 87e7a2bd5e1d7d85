import type { ConsumerRecord } from '../model/record.ts';
import { isThenable } from '../model/thenable.ts';
import { type DecodeFunction, decodeFailure } from '../options/decoder.ts';
import type { ResolvedConsumerOptions } from '../options/resolved-options.ts';
import type { BatchJob } from './batch-lane.ts';
import { BatchCall, type CallHost, movedOn, RecordCall } from './handler-call.ts';
import {
  batchThroughMiddleware,
  type Inside,
  recordThroughMiddleware,
  wantedFor,
} from './invoke-through-middleware.ts';

/** Decodes a record and calls the record handler. Without a decoder, a time limit or a promise, nothing waits. */
export function invokeHandler(
  host: CallHost,
  options: ResolvedConsumerOptions,
  record: ConsumerRecord,
  attempt: number,
): unknown {
  const { decoder, handle, handlerTimeoutMs, handlerMiddleware } = options;
  if (handlerMiddleware.length > 0) {
    const around = wantedFor(handlerMiddleware, record);
    if (around.length > 0)
      return recordThroughMiddleware(host, options, around, { record, attempt }, inside);
  }
  const call = new RecordCall(host, attempt, record);
  if (decoder === undefined && handlerTimeoutMs === undefined) return handle?.(record, call);
  return call.limit(handlerTimeoutMs, () => callRecord(call, options, record));
}

function callRecord(
  call: RecordCall,
  { decoder, handle }: ResolvedConsumerOptions,
  record: ConsumerRecord,
): unknown {
  if (decoder === undefined) return handle?.(record, call);
  const value = decode(decoder, record);
  if (!isThenable(value)) return handle?.(value, call);
  return decodeLater(value, record).then((decoded) => {
    if (!call.wanted) throw movedOn(call.host);
    return handle?.(decoded, call);
  });
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
  const around = wantedFor(options.handlerMiddleware, job.records[0]);
  if (around.length > 0) return batchThroughMiddleware(host, options, around, job, inside);
  const call = new BatchCall(host, job.attempt, job.records);
  const failures = new Map<number, unknown>();
  job.failures = failures;
  await call.limit(options.handlerTimeoutMs, () =>
    decodeBatch(call, options, job.records, failures),
  );
}

const inside: Inside = { record: callRecord, batch: decodeBatch };

function decodeBatch(
  call: BatchCall,
  options: ResolvedConsumerOptions,
  records: readonly ConsumerRecord[],
  failures: Map<number, unknown>,
): Promise<void> {
  const { decoder } = options;
  if (decoder === undefined) return callBatch(call, options, records, failures);
  return decodeAndCall(call, { ...options, decoder }, records, failures);
}

async function callBatch(
  call: BatchCall,
  { handleBatch }: ResolvedConsumerOptions,
  values: readonly unknown[],
  failures: Map<number, unknown>,
  indexes?: readonly number[],
): Promise<void> {
  await handleBatch?.(values, call);
  for (const [index, error] of call.failures) failures.set(indexes?.[index] ?? index, error);
}

async function decodeAndCall(
  call: BatchCall,
  options: ResolvedConsumerOptions & { readonly decoder: DecodeFunction<unknown> },
  records: readonly ConsumerRecord[],
  failures: Map<number, unknown>,
): Promise<void> {
  const indexes: number[] = [];
  const values: unknown[] = [];
  for (const [index, record] of records.entries()) {
    try {
      const value = decode(options.decoder, record);
      values.push(isThenable(value) ? await decodeLater(value, record) : value);
      indexes.push(index);
    } catch (error) {
      failures.set(index, error);
    }
  }
  if (values.length === 0) return;
  if (!call.wanted) throw movedOn(call.host);
  call.records = indexes.map((index) => records[index] as ConsumerRecord);
  try {
    await callBatch(call, options, values, failures, indexes);
  } catch (error) {
    if (failures.size === 0) throw error;
    // What did not decode keeps its own error.
    for (const index of indexes) failures.set(index, error);
  }
}

function decode(decoder: DecodeFunction<unknown>, record: ConsumerRecord): unknown {
  try {
    return decoder(record.value, record);
  } catch (error) {
    throw decodeFailure(error, record);
  }
}

async function decodeLater(value: PromiseLike<unknown>, record: ConsumerRecord): Promise<unknown> {
  try {
    return await value;
  } catch (error) {
    throw decodeFailure(error, record);
  }
}
