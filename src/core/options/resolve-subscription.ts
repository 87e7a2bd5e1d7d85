import type { Capabilities } from '../model/capabilities.ts';
import type { StartPosition } from '../model/position.ts';
import type { Assignor } from '../ports/assignor.ts';
import type { FetchOptions, GroupOptions, Subscription } from '../ports/backend.ts';
import type { ConsumerOptions, Topics } from './consumer-options.ts';
import { isMs, type OptionCheck, show } from './option-check.ts';

const mib = 1024 * 1024;

/** How names of assignors become values; the package root knows the ones that come with Partita. */
export type AssignorLookup = (name: string) => Assignor;

/** What the options are judged by, beside themselves. */
export interface ResolveContext {
  readonly capabilities: Capabilities;
  readonly assignorByName: AssignorLookup;
}

/** The options that say which partitions a consumer reads, as a member of which group. */
export function resolveGroup(
  check: OptionCheck,
  topics: Topics,
  given: Partial<ConsumerOptions<never>>,
  { capabilities, assignorByName }: ResolveContext,
): GroupOptions {
  const subscription = resolveSubscription(check, topics, given.partitions, capabilities);
  const chosen = subscription.kind === 'partitions';
  for (const name of ['group', 'instanceId', 'rack'] as const)
    check.optionalText(name, given[name]);
  if (given.group === undefined && !chosen)
    check.problem('group is missing: name the consumer group, or choose partitions');
  if (chosen) checkChosen(check, given);
  check.oneOf('outOfRange', given.outOfRange, ['earliest', 'latest', 'fail']);
  check.oneOf('isolation', given.isolation, ['committed', 'uncommitted']);
  checkStart(check, given.start, capabilities);
  return {
    group: given.group ?? null,
    subscription,
    assignors: resolveAssignors(check, given.assignor ?? 'cooperative-sticky', assignorByName),
    start: given.start ?? 'earliest',
    outOfRange: given.outOfRange ?? 'fail',
    ...(given.instanceId !== undefined && { instanceId: given.instanceId }),
    ...(given.rack !== undefined && { rack: given.rack }),
    ...resolveTimes(check, given),
    isolation: given.isolation ?? 'committed',
    fetch: resolveFetch(check, given.fetch),
  };
}

function resolveSubscription(
  check: OptionCheck,
  topics: unknown,
  partitions: unknown,
  capabilities: Capabilities,
): Subscription {
  if (topics instanceof RegExp) {
    if (!capabilities.patternSubscription)
      check.problem(
        `topics is the pattern ${topics}, which this backend cannot follow; name the topics`,
      );
    if (partitions !== undefined)
      check.problem(
        `partitions is given with the topic pattern ${topics}; name the one topic they belong to`,
      );
    return { kind: 'pattern', pattern: topics };
  }
  const names = topicNames(check, topics);
  if (partitions === undefined) return { kind: 'topics', topics: names };
  if (names.length > 1)
    check.problem(
      `partitions is given with ${names.length} topics, expected one; declare a consumer per topic`,
    );
  const numbers = partitionNumbers(check, partitions);
  const topic = names[0] ?? '';
  return { kind: 'partitions', partitions: numbers.map((partition) => ({ topic, partition })) };
}

function topicNames(check: OptionCheck, topics: unknown): string[] {
  const names: unknown[] = Array.isArray(topics) ? [...topics] : [topics];
  if (names.length === 0) check.problem('topics is empty, expected at least one topic');
  for (const name of names)
    if (typeof name !== 'string' || name === '')
      check.problem(`topics contains ${show(name)}, expected the name of a topic`);
  if (new Set(names).size < names.length)
    check.problem(`topics names one twice: ${names.map(show).join(', ')}; name each once`);
  return names.map(String);
}

function partitionNumbers(check: OptionCheck, partitions: unknown): number[] {
  if (!Array.isArray(partitions)) {
    check.problem(`partitions is ${show(partitions)}, expected a list of partition numbers`);
    return [];
  }
  if (partitions.length === 0) check.problem('partitions is empty, expected at least one number');
  if (new Set(partitions).size < partitions.length)
    check.problem(`partitions names one twice: ${partitions.map(show).join(', ')}; name each once`);
  return partitions.map((partition) => check.count('partitions', partition, 0));
}

/** With chosen partitions there is nobody to share them with. */
function checkChosen(check: OptionCheck, given: Partial<ConsumerOptions<never>>): void {
  for (const name of ['assignor', 'instanceId'] as const)
    if (given[name] !== undefined)
      check.problem(
        `${name} is given with chosen partitions, where no group shares them; leave it out`,
      );
  if (given.group === undefined && given.commit !== undefined)
    check.problem(
      'commit is given without a group, which would keep the positions; name one, or leave commit out',
    );
}

function resolveAssignors(
  check: OptionCheck,
  given: unknown,
  assignorByName: AssignorLookup,
): readonly Assignor[] {
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) check.problem('assignor is empty, expected at least one');
  const assignors = list.flatMap((entry): Assignor[] => {
    if (typeof entry !== 'string') {
      if (isAssignor(entry)) return [entry];
      check.problem(
        `assignor is ${show(entry)}, expected a name, or a value with name, rebalance and assign`,
      );
      return [];
    }
    try {
      return [assignorByName(entry)];
    } catch (error) {
      check.adopt(error);
      return [];
    }
  });
  const names = assignors.map(({ name }) => name);
  if (new Set(names).size < names.length)
    check.problem(`assignor names one twice: ${names.join(', ')}; name each once`);
  return assignors;
}

function isAssignor(value: unknown): value is Assignor {
  const { name, rebalance, assign } = Object(value) as Partial<Assignor>;
  return (
    typeof name === 'string' &&
    (rebalance === 'eager' || rebalance === 'cooperative') &&
    typeof assign === 'function'
  );
}

function resolveTimes(check: OptionCheck, given: Partial<ConsumerOptions<never>>) {
  const sessionTimeoutMs = check.ms('sessionTimeoutMs', given.sessionTimeoutMs ?? 45_000);
  const heartbeatIntervalMs = check.ms('heartbeatIntervalMs', given.heartbeatIntervalMs ?? 3_000);
  if (
    isMs(sessionTimeoutMs) &&
    isMs(heartbeatIntervalMs) &&
    heartbeatIntervalMs * 3 > sessionTimeoutMs
  )
    check.problem(
      `heartbeatIntervalMs (${heartbeatIntervalMs}) is more than a third of sessionTimeoutMs (${sessionTimeoutMs}), so that one lost heartbeat could cost the membership; shorten it`,
    );
  const rebalanceTimeoutMs = check.ms('rebalanceTimeoutMs', given.rebalanceTimeoutMs ?? 60_000);
  const { drainTimeoutMs } = given;
  if (isMs(drainTimeoutMs) && isMs(rebalanceTimeoutMs) && drainTimeoutMs > rebalanceTimeoutMs)
    check.problem(
      `drainTimeoutMs (${drainTimeoutMs}) is more than rebalanceTimeoutMs (${rebalanceTimeoutMs}), after which the group waits no longer; raise rebalanceTimeoutMs`,
    );
  return { sessionTimeoutMs, heartbeatIntervalMs, rebalanceTimeoutMs };
}

function checkStart(check: OptionCheck, start: unknown, { startAtTime }: Capabilities): void {
  if (start === undefined || start === 'earliest' || start === 'latest') return;
  const { offset, timestampMs } = Object(start) as Record<string, unknown>;
  if ((offset === undefined) === (timestampMs === undefined)) {
    check.problem(
      `start is ${show(start)}, expected 'earliest', 'latest', { offset } or { timestampMs }`,
    );
    return;
  }
  check.known('start.', start as Exclude<StartPosition, string>, ['offset', 'timestampMs']);
  if (offset !== undefined) check.count('start.offset', offset, 0);
  else check.count('start.timestampMs', timestampMs, 0);
  if (timestampMs !== undefined && !startAtTime)
    check.problem(
      `start.timestampMs is ${show(timestampMs)}, but this backend cannot begin at a time; use 'earliest', 'latest' or { offset }`,
    );
}

function resolveFetch(check: OptionCheck, given: unknown): FetchOptions {
  const {
    maxWaitMs = 500,
    minBytes = 1,
    maxBytesPerPartition = mib,
    ...rest
  } = check.object('fetch', given);
  check.known('fetch.', rest, ['maxWaitMs', 'minBytes', 'maxBytesPerPartition']);
  return {
    maxWaitMs: check.ms('fetch.maxWaitMs', maxWaitMs),
    minBytes: check.count('fetch.minBytes', minBytes, 1),
    maxBytesPerPartition: check.count('fetch.maxBytesPerPartition', maxBytesPerPartition, 1),
  };
}
