import type { ProducerRecord, RecordMetadata } from '../model/record.ts';
import type { Middleware, MiddlewareEnv, ProduceCall } from '../options/middleware.ts';
import { show } from '../options/option-check.ts';
import { callMiddleware, misuse } from './middleware-chain.ts';

/** A write that has not been through its middleware yet. */
export interface Write extends Omit<ProduceCall, 'env'> {
  /** Innermost first. */
  readonly middleware: readonly Middleware[];
  readonly env: MiddlewareEnv;
}

type Send = (records: readonly ProducerRecord[]) => Promise<readonly RecordMetadata[]>;

/**
 * Those of a list that want to hear of such a write, in the order in which it passes them: from the inside out, so that
 * the outermost is the last before the broker, as it is the first behind it when a record is read.
 */
export function produceMiddleware(
  list: readonly Middleware[],
  origin: ProduceCall['origin'],
): readonly Middleware[] {
  return list
    .filter(
      ({ produce, deadLetters }) =>
        produce !== undefined &&
        (deadLetters === true || (origin !== 'deadLetter' && origin !== 'park')),
    )
    .reverse();
}

/** Through the middleware to `send`. The list holds only such with `produce`. */
export async function sendThrough(
  write: Write,
  send: Send,
  index = 0,
): Promise<readonly RecordMetadata[]> {
  const { middleware, ...call } = write;
  const one = middleware[index];
  if (one === undefined) return send(write.records);
  const count = write.records.length;
  const { returned, passed } = await callMiddleware<
    { readonly records?: readonly ProducerRecord[] },
    readonly RecordMetadata[]
  >(
    one.name,
    (next) => one.produce?.(call, next),
    (changes) => {
      const records = changes?.records ?? write.records;
      if (Array.isArray(records) && records.length === count)
        return sendThrough({ ...write, records }, send, index + 1);
      const got = Array.isArray(records) ? `${records.length} records` : show(records);
      return Promise.reject(
        misuse(one.name, `it called next() with ${got}, expected ${count} in the order given`),
      );
    },
  );
  if (!passed)
    throw misuse(one.name, 'it returned without having called next(): nothing was written; throw');
  if (!Array.isArray(returned) || returned.length !== count)
    throw misuse(one.name, `it returned ${show(returned)}, expected what next() resolved to`);
  return returned as readonly RecordMetadata[];
}
