import { type Assignor, formatPartition, type TopicPartition } from '../../../core/index.ts';
import type { GroupState } from './group-state.ts';
import { groupView } from './group-view.ts';
import { mixedPlan } from './mixed-plan.ts';

export interface PlanInput {
  readonly self: string;
  readonly state: GroupState;
  /** The one that the group has elected. */
  readonly assignor: Assignor;
  /** What we own and work on, by `formatPartition`. */
  readonly held: ReadonlyMap<string, TopicPartition>;
  /** What we own and are about to give up. */
  readonly leaving: ReadonlySet<string>;
  /** Topics shared with official processors. */
  readonly mixedTopics: ReadonlySet<string>;
}

export interface ClaimTarget extends TopicPartition {
  /** Of the record that the claim replaces. */
  readonly etag: string | null;
  /** Its owner did not release it: it may still be at work and has to be fenced. */
  readonly takenOver: boolean;
}

export interface Plan {
  /** To be drained, then released. */
  readonly give: readonly TopicPartition[];
  /** Free, and ours by the assignment. */
  readonly claim: readonly ClaimTarget[];
  /** Stored as ours, but we do not work on it and are not to: left over from a write nobody saw the answer of. */
  readonly letGo: readonly (TopicPartition & { readonly etag: string })[];
}

/**
 * What this member should do next. Pure: every member calculates for itself, from the same records, and acts on its own
 * part alone. Where two disagree for a moment, because they read at different times, a claim waits or fails; no
 * partition gets two owners by it, because a claim names the etag of the free record it saw.
 */
export function planMember(input: PlanInput): Plan {
  const wanted = new Map<string, TopicPartition>();
  const steals = new Set<string>();
  for (const partition of wantedFromAssignor(input))
    wanted.set(formatPartition(partition), partition);
  const give = [...input.held]
    .filter(([key, { topic }]) => !input.mixedTopics.has(topic) && !wanted.has(key))
    .map(([, partition]) => partition);
  for (const topic of input.mixedTopics) {
    const plan = planMixedTopic(input, topic);
    give.push(...plan.release.map((partition) => ({ topic, partition })));
    for (const partition of [...plan.claim, ...plan.steal])
      wanted.set(formatPartition({ topic, partition }), { topic, partition });
    for (const partition of plan.steal) steals.add(formatPartition({ topic, partition }));
  }
  const claim: ClaimTarget[] = [];
  for (const [key, partition] of wanted) {
    if (input.held.has(key) || input.leaving.has(key)) continue;
    const record = input.state.ownerships.get(key);
    const isFree =
      record === undefined || record.holder === 'nobody' || record.owner === input.self;
    if (!isFree && !steals.has(key)) continue;
    const takenOver = record !== undefined && record.owner !== '';
    claim.push({ ...partition, etag: record?.etag ?? null, takenOver });
  }
  return { give, claim, letGo: leftOver(input, wanted) };
}

function wantedFromAssignor(input: PlanInput): readonly TopicPartition[] {
  const { self, state, assignor, leaving, mixedTopics } = input;
  const view = groupView(state, { assignor, without: mixedTopics, leaving });
  return assignor.assign(view).get(self) ?? [];
}

function planMixedTopic(input: PlanInput, topic: string): ReturnType<typeof mixedPlan> {
  const { self, state, held, leaving } = input;
  const count = state.partitionCounts.get(topic) ?? 0;
  const owners = Array.from({ length: count }, (_, partition) => {
    const key = formatPartition({ topic, partition });
    const record = state.ownerships.get(key);
    if (record === undefined || record.holder === 'nobody') return null;
    // What we are giving up is not free before it is released, and what nobody works on is.
    if (record.owner === self && !held.has(key) && !leaving.has(key)) return null;
    return record.owner;
  });
  const ours = [...held.values()].filter((partition) => partition.topic === topic);
  const listed = state.members
    .filter(({ topics }) => Object.hasOwn(topics, topic))
    .map(({ memberId }) => memberId);
  // One of ours that was not listed yet has its share too, and is not to be taken from.
  const unlisted = [...state.ownerships.values()]
    .filter((record) => record.topic === topic && record.holder === 'unlisted')
    .map(({ owner }) => owner);
  return mixedPlan({
    self,
    owners,
    members: [...new Set([...listed, ...unlisted])].sort(),
    held: new Set(ours.map(({ partition }) => partition)),
  });
}

function leftOver(
  { self, state, held, leaving }: PlanInput,
  wanted: ReadonlyMap<string, TopicPartition>,
): Plan['letGo'] {
  return [...state.ownerships].flatMap(([key, { topic, partition, owner, etag }]) =>
    owner === self && !held.has(key) && !leaving.has(key) && !wanted.has(key)
      ? [{ topic, partition, etag }]
      : [],
  );
}
