import type { Assignor } from './assignor.ts';
import type { FetchOptions, GroupOptions, Subscription } from './backend.ts';
import type { Capabilities } from './capabilities.ts';
import type { AssignorName, CommitPolicy, ConsumerOptions, Topics } from './consumer-options.ts';
import { ErrorPolicy } from './error-policy.ts';
import { InvalidConfigError } from './errors.ts';
import { OptionCheck } from './option-check.ts';
import type {
  ResolvedBuffer,
  ResolvedCommitPolicy,
  ResolvedConsumerOptions,
} from './resolved-options.ts';

const mib = 1024 * 1024;

const knownOptions = [
  'name',
  'group',
  'partitions',
  'assignor',
  'start',
  'outOfRange',
  'concurrency',
  'onError',
  'commit',
  'buffer',
  'handlerTimeoutMs',
  'drainTimeoutMs',
  'instanceId',
  'rack',
  'sessionTimeoutMs',
  'heartbeatIntervalMs',
  'rebalanceTimeoutMs',
  'isolation',
  'fetch',
  'open',
  'close',
  'value',
  'handle',
  'handleBatch',
  'batch',
];

/** How names of assignors become values; the package root knows the ones that come with Partita. */
export type AssignorLookup = (name: string) => Assignor;

/** Fills in defaults. @throws InvalidConfigError with every problem at once. */
export function resolveConsumerOptions(
  topics: Topics,
  given: ConsumerOptions<never>,
  capabilities: Capabilities,
  assignorByName: AssignorLookup,
): ResolvedConsumerOptions {
  const check = new OptionCheck();
  check.known('', given, knownOptions);
  const subscription = resolveSubscription(check, topics, given, capabilities);
  const assignors = resolveAssignors(check, given.assignor ?? 'cooperative-sticky', assignorByName);
  const group = resolveGroup(check, given, subscription, assignors);
  checkHandlers(check, given);
  const name = given.name ?? given.group ?? describeTopics(topics);
  const resolved = {
    name,
    group,
    assignors,
    ...resolveConcurrency(check, given),
    decoder: given.value as ResolvedConsumerOptions['decoder'],
    handle: given.handle?.bind(given) as ResolvedConsumerOptions['handle'],
    handleBatch: given.handleBatch?.bind(given) as ResolvedConsumerOptions['handleBatch'],
    batch: resolveBatch(check, given),
    onError: given.onError,
    commit: resolveCommit(check, given.commit ?? { everyMs: 1_000 }),
    buffer: resolveBuffer(check, given),
    handlerTimeoutMs: check.optionalMs('handlerTimeoutMs', given.handlerTimeoutMs),
    drainTimeoutMs: check.ms('drainTimeoutMs', given.drainTimeoutMs ?? 30_000),
    open: given.open?.bind(given),
    close: given.close?.bind(given),
  };
  if (check.problems.length > 0)
    throw new InvalidConfigError(`options of the consumer ${name}`, check.problems);
  return resolved;
}

function describeTopics(topics: Topics): string {
  if (typeof topics === 'string') return topics;
  return Array.isArray(topics) ? topics.join(',') : String(topics);
}

function resolveSubscription(
  check: OptionCheck,
  topics: Topics,
  { partitions }: ConsumerOptions<never>,
  capabilities: Capabilities,
): Subscription {
  if (topics instanceof RegExp) {
    if (!capabilities.patternSubscription)
      check.problem(
        `topics is the pattern ${topics}, which this backend cannot follow; name the topics`,
      );
    if (partitions !== undefined) check.problem('partitions cannot be chosen with a topic pattern');
    return { kind: 'pattern', pattern: topics };
  }
  const names = typeof topics === 'string' ? [topics] : [...topics];
  if (names.length === 0) check.problem('topics is empty, expected at least one topic');
  for (const name of names)
    if (typeof name !== 'string' || name === '')
      check.problem(`topics contains ${JSON.stringify(name)}, expected the name of a topic`);
  if (new Set(names).size < names.length)
    check.problem(`topics names one twice: ${names.join(', ')}`);
  if (partitions === undefined) return { kind: 'topics', topics: names };
  if (names.length > 1)
    check.problem(
      `partitions is given with ${names.length} topics, expected one; declare a consumer per topic`,
    );
  if (partitions.length === 0) check.problem('partitions is empty, expected at least one number');
  for (const partition of partitions) check.count('partitions', partition, 0);
  const topic = names[0] ?? '';
  return { kind: 'partitions', partitions: partitions.map((partition) => ({ topic, partition })) };
}

function resolveAssignors(
  check: OptionCheck,
  given: NonNullable<ConsumerOptions<never>['assignor']>,
  assignorByName: AssignorLookup,
): readonly Assignor[] {
  const list = (Array.isArray(given) ? given : [given]) as readonly (AssignorName | Assignor)[];
  if (list.length === 0) check.problem('assignor is empty, expected at least one');
  return list.flatMap((entry) => {
    if (typeof entry !== 'string') return entry;
    try {
      return assignorByName(entry);
    } catch (error) {
      check.adopt(error);
      return [];
    }
  });
}

function resolveGroup(
  check: OptionCheck,
  given: ConsumerOptions<never>,
  subscription: Subscription,
  assignors: readonly Assignor[],
): GroupOptions {
  if (given.group === '') check.problem('group is empty');
  if (given.group === undefined && subscription.kind !== 'partitions')
    check.problem('group is missing: name the consumer group, or choose partitions');
  const sessionTimeoutMs = check.ms('sessionTimeoutMs', given.sessionTimeoutMs ?? 45_000);
  const heartbeatIntervalMs = check.ms('heartbeatIntervalMs', given.heartbeatIntervalMs ?? 3_000);
  if (heartbeatIntervalMs * 3 > sessionTimeoutMs)
    check.problem(
      `heartbeatIntervalMs (${heartbeatIntervalMs}) is more than a third of sessionTimeoutMs (${sessionTimeoutMs}): one lost heartbeat would cost the membership`,
    );
  check.oneOf('outOfRange', given.outOfRange, ['earliest', 'latest', 'fail']);
  check.oneOf('isolation', given.isolation, ['committed', 'uncommitted']);
  checkStart(check, given.start);
  return {
    group: given.group ?? null,
    subscription,
    assignors,
    start: given.start ?? 'earliest',
    outOfRange: given.outOfRange ?? 'fail',
    ...(given.instanceId !== undefined && { instanceId: given.instanceId }),
    ...(given.rack !== undefined && { rack: given.rack }),
    sessionTimeoutMs,
    heartbeatIntervalMs,
    rebalanceTimeoutMs: check.ms('rebalanceTimeoutMs', given.rebalanceTimeoutMs ?? 60_000),
    isolation: given.isolation ?? 'committed',
    fetch: resolveFetch(check, given.fetch ?? {}),
  };
}

function checkStart(check: OptionCheck, start: unknown): void {
  if (start === undefined || start === 'earliest' || start === 'latest') return;
  const { offset, timestampMs } = Object(start) as { offset?: unknown; timestampMs?: unknown };
  if (offset !== undefined) check.count('start.offset', offset, 0);
  else if (timestampMs !== undefined) check.count('start.timestampMs', timestampMs, 0);
  else
    check.problem(
      `start is ${JSON.stringify(start)}, expected 'earliest', 'latest', { offset } or { timestampMs }`,
    );
}

function resolveFetch(check: OptionCheck, given: Partial<FetchOptions>): FetchOptions {
  check.known('fetch.', given, ['maxWaitMs', 'minBytes', 'maxBytesPerPartition']);
  return {
    maxWaitMs: check.ms('fetch.maxWaitMs', given.maxWaitMs ?? 500),
    minBytes: check.count('fetch.minBytes', given.minBytes ?? 1, 1),
    maxBytesPerPartition: check.count(
      'fetch.maxBytesPerPartition',
      given.maxBytesPerPartition ?? mib,
      1,
    ),
  };
}

function resolveConcurrency(check: OptionCheck, given: ConsumerOptions<never>) {
  const { concurrency = { order: 'partition' } } = given;
  check.known('concurrency.', concurrency, ['order', 'limit']);
  check.oneOf('concurrency.order', concurrency.order, ['partition', 'key', 'none']);
  if (given.handleBatch !== undefined && concurrency.order === 'key')
    check.problem(
      "concurrency.order is 'key', which a batch handler cannot have: use 'partition' or 'none'",
    );
  const fallback = concurrency.order === 'partition' ? Number.POSITIVE_INFINITY : 100;
  const limit =
    concurrency.limit === undefined
      ? fallback
      : check.count('concurrency.limit', concurrency.limit, 1);
  return { order: concurrency.order, limit };
}

function checkHandlers(check: OptionCheck, given: ConsumerOptions<never>): void {
  const both = given.handle !== undefined && given.handleBatch !== undefined;
  if (both || (given.handle === undefined && given.handleBatch === undefined))
    check.problem(
      `${both ? 'both' : 'neither'} handle and handleBatch ${both ? 'are' : 'is'} given, expected one of them`,
    );
  check.functions(given, ['handle', 'handleBatch', 'open', 'close', 'value']);
  if (given.batch !== undefined && given.handleBatch === undefined)
    check.problem('batch is given without handleBatch');
  if (!(given.onError instanceof ErrorPolicy))
    check.problem(
      'onError is missing: name an error policy, such as retry({ attempts: 5 }).otherwise(deadLetter(topic)) or stopPartition()',
    );
}

function resolveBatch(check: OptionCheck, given: ConsumerOptions<never>) {
  const { maxRecords = 500, maxBytes = mib, maxWaitMs = 0 } = given.batch ?? {};
  check.known('batch.', given.batch ?? {}, ['maxRecords', 'maxBytes', 'maxWaitMs']);
  return {
    maxRecords: check.count('batch.maxRecords', maxRecords, 1),
    maxBytes: check.count('batch.maxBytes', maxBytes, 1),
    maxWaitMs: check.count('batch.maxWaitMs', maxWaitMs, 0),
  };
}

function resolveCommit(check: OptionCheck, policy: CommitPolicy): ResolvedCommitPolicy {
  const never = Number.POSITIVE_INFINITY;
  if (policy === 'manual') return { everyRecords: never, everyMs: never };
  if (policy === 'perBatch') return { everyRecords: 1, everyMs: never };
  if (typeof policy !== 'object') {
    check.problem(
      `commit is ${JSON.stringify(policy)}, expected 'manual', 'perBatch' or { everyRecords, everyMs }`,
    );
    return { everyRecords: never, everyMs: never };
  }
  check.known('commit.', policy, ['everyRecords', 'everyMs']);
  const { everyRecords, everyMs } = policy;
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

function resolveBuffer(check: OptionCheck, given: ConsumerOptions<never>): ResolvedBuffer {
  const { highRecords = 10_000, highBytes = 8 * mib, lowRecords, lowBytes } = given.buffer ?? {};
  check.known('buffer.', given.buffer ?? {}, [
    'highRecords',
    'lowRecords',
    'highBytes',
    'lowBytes',
  ]);
  const resolved = {
    highRecords: check.count('buffer.highRecords', highRecords, 1),
    highBytes: check.count('buffer.highBytes', highBytes, 1),
    lowRecords: check.count('buffer.lowRecords', lowRecords ?? Math.floor(highRecords / 2), 0),
    lowBytes: check.count('buffer.lowBytes', lowBytes ?? Math.floor(highBytes / 2), 0),
  };
  if (resolved.lowRecords >= resolved.highRecords)
    check.problem(
      `buffer.lowRecords (${resolved.lowRecords}) is not below buffer.highRecords (${resolved.highRecords})`,
    );
  if (resolved.lowBytes >= resolved.highBytes)
    check.problem(
      `buffer.lowBytes (${resolved.lowBytes}) is not below buffer.highBytes (${resolved.highBytes})`,
    );
  return resolved;
}
