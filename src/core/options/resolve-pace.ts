import type { ConsumerOptions } from './consumer-options.ts';
import type { OptionCheck } from './option-check.ts';
import { show } from './option-check.ts';
import type {
  ResolvedBuffer,
  ResolvedCommitPolicy,
  ResolvedConsumerOptions,
} from './resolved-options.ts';

const mib = 1024 * 1024;
const orders = ['partition', 'key', 'none'] as const;

type Given = Partial<ConsumerOptions<never>>;

/** The options that say how much is handled, kept and stored at a time. */
export function resolvePace(
  check: OptionCheck,
  given: Given,
): Pick<ResolvedConsumerOptions, 'order' | 'limit' | 'batch' | 'commit' | 'buffer'> {
  return {
    ...resolveConcurrency(check, given),
    batch: resolveBatch(check, given),
    commit: resolveCommit(check, given.commit ?? { everyMs: 1_000 }),
    buffer: resolveBuffer(check, given.buffer),
  };
}

function resolveConcurrency(check: OptionCheck, { concurrency, handleBatch }: Given) {
  const { order = 'partition', limit, ...rest } = check.object('concurrency', concurrency);
  check.known('concurrency.', rest, ['order', 'limit']);
  check.oneOf('concurrency.order', order, orders);
  if (handleBatch !== undefined && order === 'key')
    check.problem(
      "concurrency.order is 'key', which a batch handler cannot have: use 'partition' or 'none'",
    );
  const fallback = order === 'partition' ? Number.POSITIVE_INFINITY : 100;
  return {
    order: order as (typeof orders)[number],
    limit: limit === undefined ? fallback : check.count('concurrency.limit', limit, 1),
  };
}

function resolveBatch(check: OptionCheck, { batch, handleBatch }: Given) {
  if (batch !== undefined && handleBatch === undefined)
    check.problem('batch is given without handleBatch: give a batch handler, or leave batch out');
  const { maxRecords = 500, maxBytes = mib, maxWaitMs = 0, ...rest } = check.object('batch', batch);
  check.known('batch.', rest, ['maxRecords', 'maxBytes', 'maxWaitMs']);
  return {
    maxRecords: check.count('batch.maxRecords', maxRecords, 1),
    maxBytes: check.count('batch.maxBytes', maxBytes, 1),
    maxWaitMs: maxWaitMs === 0 ? 0 : check.ms('batch.maxWaitMs', maxWaitMs),
  };
}

function resolveCommit(check: OptionCheck, policy: unknown): ResolvedCommitPolicy {
  const never = Number.POSITIVE_INFINITY;
  if (policy === 'manual') return { everyRecords: never, everyMs: never };
  if (policy === 'perBatch') return { everyRecords: 1, everyMs: never };
  if (typeof policy !== 'object' || policy === null) {
    check.problem(
      `commit is ${show(policy)}, expected 'manual', 'perBatch' or { everyRecords, everyMs }`,
    );
    return { everyRecords: never, everyMs: never };
  }
  const { everyRecords, everyMs, ...rest } = check.object('commit', policy);
  check.known('commit.', rest, ['everyRecords', 'everyMs']);
  if (everyRecords === undefined && everyMs === undefined)
    check.problem(
      "commit is empty, expected everyRecords, everyMs or both; 'manual' stores only on request",
    );
  return {
    everyRecords:
      everyRecords === undefined ? never : check.count('commit.everyRecords', everyRecords, 1),
    everyMs: everyMs === undefined ? never : check.ms('commit.everyMs', everyMs),
  };
}

function resolveBuffer(check: OptionCheck, given: unknown): ResolvedBuffer {
  const {
    highRecords = 10_000,
    highBytes = 8 * mib,
    lowRecords,
    lowBytes,
    ...rest
  } = check.object('buffer', given);
  check.known('buffer.', rest, ['highRecords', 'lowRecords', 'highBytes', 'lowBytes']);
  return {
    ...watermarks(check, 'Records', highRecords, lowRecords),
    ...watermarks(check, 'Bytes', highBytes, lowBytes),
  } as unknown as ResolvedBuffer;
}

function watermarks(check: OptionCheck, unit: 'Records' | 'Bytes', high: unknown, low: unknown) {
  const highMark = check.count(`buffer.high${unit}`, high, 1);
  const lowMark =
    low === undefined ? Math.floor(highMark / 2) : check.count(`buffer.low${unit}`, low, 0);
  if (lowMark >= highMark)
    check.problem(
      `buffer.low${unit} (${lowMark}) is not below buffer.high${unit} (${highMark}): lower the one or raise the other`,
    );
  return { [`high${unit}`]: highMark, [`low${unit}`]: lowMark };
}
