import { PartitaError, sleep, type TopicPartition } from '../../../core/index.ts';
import {
  decodeAssignment,
  errorCode,
  type JoinGroupResponse,
  ProtocolError,
} from '../../../protocol/index.ts';
import type { GroupCalls } from './group-calls.ts';
import { interruptible } from './interruptible.ts';
import { joinError } from './join-error.ts';
import { joinProtocols, rebalanceProtocol } from './join-request.ts';
import { planGroup } from './leader.ts';
import { handOverMs, type MemberDeps } from './member-options.ts';
import type { MemberState } from './member-state.ts';
import type { OwnedPartition } from './ownership.ts';
import { listPartitions } from './partition-lists.ts';

const MAX_REASON_LENGTH = 255;

/**
 * - `settled`: we know what is ours.
 * - `again`: the group moved on, or its answer cannot be used; join again, still owning what we own.
 * - `unknown-member`, `illegal-generation`: thrown out; nothing is ours any more.
 */
export type RoundOutcome = 'settled' | 'again' | 'unknown-member' | 'illegal-generation';

export interface RoundDeps extends MemberDeps {
  readonly calls: GroupCalls;
  readonly state: MemberState;
}

/**
 * One round: hand over what has to be handed over first, join, have the leader plan, learn what is ours, and hand over what
 * is not ours any more. A cooperative hand-over ends with the wish for another round, in which the partitions are free.
 *
 * @throws PartitaError `CLOSED` when the signal is aborted; anything else is the member's end.
 */
export async function rebalance(deps: RoundDeps, signal: AbortSignal): Promise<RoundOutcome> {
  await prepare(deps, signal);
  const topics = deps.topics.names;
  const joined = await join(deps, topics, signal);
  if (typeof joined === 'string') return joined;
  const assigned = await sync(deps, joined, signal);
  if (typeof assigned === 'string') return assigned;
  const stranger = assigned.find(({ topic }) => !topics.includes(topic));
  if (stranger !== undefined) {
    // A static member came back with another subscription, and the group still goes by the old one.
    deps.state.wantRejoin(`assigned ${stranger.topic}, which is not subscribed to any more`);
    return 'again';
  }
  await apply(deps, assigned, signal);
  return 'settled';
}

/** What must be out of our hands before the group may be told that we are ready. */
async function prepare(deps: RoundDeps, signal: AbortSignal): Promise<void> {
  const { state, ownership, topics, options, events } = deps;
  const gone = ownership.list().filter(({ topic }) => !topics.names.includes(topic));
  if (gone.length > 0) {
    ownership.delete(gone);
    events.lost(gone);
  }
  if (rebalanceProtocol(options.assignors) === 'eager' && ownership.size > 0) {
    state.phase = 'revoking';
    await handOver(deps, ownership.list(), signal);
  }
}

async function join(
  deps: RoundDeps,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<JoinGroupResponse | RoundOutcome> {
  const { state, options, group, calls, ownership } = deps;
  state.phase = 'joining';
  publish(deps, 'joining');
  // As Java does; it goes into the broker's log.
  const reason = (state.takeRejoinReason() ?? 'joins the group').slice(0, MAX_REASON_LENGTH);
  const describe = () => ({
    memberId: state.identity.memberId,
    reason,
    protocols: joinProtocols(options.assignors, {
      topics,
      held: ownership.list(),
      generation: state.identity.generation,
      last: state.last,
      rack: options.rack,
    }),
  });
  for (;;) {
    const joined = await calls.join(describe, signal);
    if (joined === null) return 'again';
    const { errorCode: code, memberId } = joined;
    if (code === errorCode.MEMBER_ID_REQUIRED) {
      state.identity = { memberId, generation: -1 };
      continue;
    }
    const outcome = outcomeOf(deps, code, 'JoinGroup');
    if (outcome !== undefined) return outcome;
    state.identity = { memberId, generation: joined.generationId };
    state.assignor = joined.protocolName ?? undefined;
    state.watched = undefined;
    state.phase = 'syncing';
    deps.env.log.debug('joined group', { group, ...state.identity, leader: joined.leader });
    return joined;
  }
}

async function sync(
  deps: RoundDeps,
  joined: JoinGroupResponse,
  signal: AbortSignal,
): Promise<readonly TopicPartition[] | RoundOutcome> {
  const { state, calls, events, env, group, options } = deps;
  const leads = joined.leader === joined.memberId;
  const plan = leads
    ? await planGroup({ wire: deps.wire, group, assignors: options.assignors }, joined, {
        env,
        signal,
        trouble: events.trouble,
      })
    : undefined;
  const { protocolName } = joined;
  const answer = await calls.sync(state.identity, protocolName, plan?.assignments ?? [], signal);
  if (answer === null) return 'again';
  const outcome = outcomeOf(deps, answer.errorCode, 'SyncGroup');
  if (outcome !== undefined) return outcome;
  state.watched = plan?.watched;
  try {
    return listPartitions(decodeAssignment(answer.assignment).partitions);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    events.trouble(unreadableAssignment(group, joined.leader, error));
    return 'again';
  }
}

/** `undefined` when all is well. */
function outcomeOf(deps: RoundDeps, code: number, what: string): RoundOutcome | undefined {
  switch (code) {
    case errorCode.NONE:
      return undefined;
    case errorCode.REBALANCE_IN_PROGRESS:
      return 'again';
    case errorCode.UNKNOWN_MEMBER_ID:
      return 'unknown-member';
    case errorCode.ILLEGAL_GENERATION:
      return 'illegal-generation';
    default: {
      const error = joinError(code, what, deps.group, deps.options.assignors);
      if (!error.retriable) throw error;
      deps.events.trouble(error);
      return 'again';
    }
  }
}

async function apply(
  deps: RoundDeps,
  assigned: readonly TopicPartition[],
  signal: AbortSignal,
): Promise<void> {
  const { state, ownership, events } = deps;
  const { generation } = state.identity;
  const { added, removed } = ownership.compare(assigned);
  ownership.add(added, generation);
  state.last = { owned: assigned, generation };
  state.phase = 'stable';
  publish(deps, 'stable');
  events.assigned(added, generation);
  if (removed.length === 0) return;
  await handOver(deps, removed, signal);
  // Free now, but it takes another round until somebody has them.
  state.wantRejoin(`handed ${removed.length} partitions over`);
}

/** Bounded: after that the coordinator would throw us out, and whatever is committed then is fenced anyway. */
async function handOver(
  { env, events, ownership, options, group }: RoundDeps,
  removed: readonly OwnedPartition[],
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = handOverMs(options);
  const waited = new AbortController();
  const late = sleep(env.clock, deadlineMs, waited.signal).then(() => 'late' as const);
  try {
    ownership.leave(removed);
    const revoked = events.revoked(removed, deadlineMs);
    const first = await interruptible(Promise.race([revoked, late]), signal, 'Hand-over');
    if (first === 'late') events.trouble(lateHandOver(group, removed.length, deadlineMs));
    ownership.delete(removed);
  } finally {
    waited.abort();
  }
}

/** Tells views and metrics how we stand. */
export function publish(
  { state, events }: Pick<RoundDeps, 'state' | 'events'>,
  standing: 'joining' | 'stable' | 'leaving' | 'left',
): void {
  events.membership({
    ...state.identity,
    state: standing,
    isLeader: state.watched !== undefined,
    ...(state.assignor !== undefined && { assignor: state.assignor }),
  });
}

function lateHandOver(group: string, count: number, deadlineMs: number): PartitaError {
  return new PartitaError(
    'TIMEOUT',
    `Handing ${count} partitions of group ${group} over took longer than ${deadlineMs} ms; they are given up, and what ` +
      'is committed for them from now on is refused. Shorten the handlers or raise rebalanceTimeoutMs.',
    { retriable: true },
  );
}

function unreadableAssignment(group: string, leader: string, cause: ProtocolError): PartitaError {
  return new PartitaError(
    'CORRUPT_DATA',
    `The leader ${leader} of group ${group} sent an assignment that is none; the group is joined again.`,
    { cause, retriable: true },
  );
}
