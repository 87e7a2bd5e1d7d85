import type { ConsumerRecord } from '../model/record.ts';
import type { Middleware } from '../options/middleware.ts';
import type { ResolvedConsumerOptions } from '../options/resolved-options.ts';
import type { BatchJob } from './batch-lane.ts';
import { type CallHost, movedOn } from './handler-call.ts';
import { HandlerChain, type HandlingFacts } from './handler-chain.ts';
import { PipedBatchCall, PipedRecordCall } from './piped-calls.ts';

/** What is inside of all middleware: decodes and calls the handler. */
export interface Inside {
  record(call: PipedRecordCall, options: ResolvedConsumerOptions, record: ConsumerRecord): unknown;
  /** Leaves in `failures` what failed alone, by index in `records`. */
  batch(
    call: PipedBatchCall,
    options: ResolvedConsumerOptions,
    records: readonly ConsumerRecord[],
    failures: Map<number, unknown>,
  ): Promise<void>;
}

/** Those that want to be around this call; the list itself when all do, so that nothing is made. */
export function wantedFor(
  middleware: readonly Middleware[],
  record: ConsumerRecord | undefined,
): readonly Middleware[] {
  if (record === undefined) return middleware;
  for (const [index, one] of middleware.entries())
    if (one.wants?.(record) === false)
      return [
        ...middleware.slice(0, index),
        ...middleware.slice(index + 1).filter((other) => other.wants?.(record) !== false),
      ];
  return middleware;
}

/** Calls the record handler through the consumer's middleware. `handlerTimeoutMs` is for both together. */
export function recordThroughMiddleware(
  host: CallHost,
  options: ResolvedConsumerOptions,
  middleware: readonly Middleware[],
  { record, attempt }: { readonly record: ConsumerRecord; readonly attempt: number },
  inside: Inside,
): unknown {
  const call = new PipedRecordCall(host, attempt, record);
  const facts = factsOf('record', host, options, attempt);
  const chain = new HandlerChain(facts, middleware, undefined, async (state) => {
    call.take(state);
    if (!call.wanted) throw movedOn(host);
    await inside.record(call, options, call.record);
  });
  return call.limit(options.handlerTimeoutMs, async () => {
    try {
      await chain.run({ records: [record], signal: call.signal, context: {} });
      if (chain.failures.has(record.offset)) throw chain.failures.get(record.offset);
    } catch (error) {
      // The error policy decides now. What the handler may still be doing does not count.
      call.end(error);
      throw error;
    }
  });
}

/** Calls the batch handler through the consumer's middleware. Leaves in `job.failures` what failed alone. */
export async function batchThroughMiddleware(
  host: CallHost,
  options: ResolvedConsumerOptions,
  middleware: readonly Middleware[],
  job: BatchJob,
  inside: Inside,
): Promise<void> {
  const { records, attempt } = job;
  const failures = new Map<number, unknown>();
  job.failures = failures;
  const dropped = new Set<number>();
  const call = new PipedBatchCall(host, attempt, records, dropped);
  const facts = factsOf('batch', host, options, attempt);
  const chain = new HandlerChain(facts, middleware, dropped, async (state) => {
    const alone = new Map<number, unknown>();
    call.take(state);
    if (!call.wanted) throw movedOn(host);
    await inside.batch(call, options, state.records, alone);
    for (const [index, error] of alone)
      chain.fail((state.records[index] as ConsumerRecord).offset, error);
  });
  await call.limit(options.handlerTimeoutMs, async () => {
    try {
      await chain.run({ records, signal: call.signal, context: {} });
    } catch (error) {
      call.end(error);
      if (chain.failures.size === 0 && dropped.size === 0) throw error;
      // What was decided about single records stays; the error is that of all others.
      for (const { offset } of records)
        if (!chain.failures.has(offset) && !dropped.has(offset)) chain.fail(offset, error);
    }
    for (const [index, { offset }] of records.entries())
      if (chain.failures.has(offset)) failures.set(index, chain.failures.get(offset));
  });
}

function factsOf(
  kind: 'record' | 'batch',
  host: CallHost,
  { name, group }: ResolvedConsumerOptions,
  attempt: number,
): HandlingFacts {
  const { topic, partition, env } = host;
  return { kind, consumer: name, group: group.group, topic, partition, attempt, env, host };
}
