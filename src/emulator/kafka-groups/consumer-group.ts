import type { Clock } from '../../core/index.ts';
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  errorCode,
  type OffsetCommitRequest,
} from '../../protocol/index.ts';
import type { Topics } from '../kafka-log/topics.ts';
import {
  AWAY_EPOCH,
  type ConsumerMember,
  LEAVE_EPOCH,
  newConsumerMember,
  reconcile,
} from './consumer-member.ts';
import type { GroupClient } from './group-member.ts';
import type { GroupOffsets } from './group-offsets.ts';
import { heartbeatAnswer, heartbeatRefused } from './heartbeat-answers.ts';
import type { HeartbeatProblem } from './heartbeat-check.ts';
import { PartitionOwners } from './partition-owners.ts';
import { PartitionSet } from './partition-set.ts';
import { DEFAULT_ASSIGNOR, serverAssignors, type TargetAssignment } from './server-assignors.ts';
import { Subscriptions } from './subscriptions.ts';

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

export interface ConsumerGroupOptions {
  readonly clock: Clock;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** A new assignment is made so long after the last one at the earliest. */
  readonly assignmentIntervalMs: number;
  readonly maxSize: number;
}

/** A group is made with this epoch; the first member begins the next. */
const FIRST_EPOCH = 1;
/** Commits of members name their epoch from this version on. */
const MEMBER_EPOCH_FROM = 9;

/** One group of the consumer protocol of KIP-848, by the rules of Kafka's `ConsumerGroup` and `GroupMetadataManager`. */
export class ConsumerGroup {
  readonly type = 'consumer';
  readonly protocolType = 'consumer';
  readonly id: string;
  readonly offsets: GroupOffsets;
  readonly members: Map<string, ConsumerMember> = new Map();
  assignmentEpoch: number = FIRST_EPOCH;
  assignor: string = DEFAULT_ASSIGNOR;
  emptySinceMs: number | undefined;
  readonly #options: ConsumerGroupOptions;
  readonly #staticMembers = new Map<string, string>();
  readonly #owners = new PartitionOwners();
  readonly #subscriptions: Subscriptions;
  #groupEpoch = FIRST_EPOCH;
  #target: TargetAssignment = new Map();
  #assignedAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, offsets: GroupOffsets, topics: Topics, options: ConsumerGroupOptions) {
    this.id = id;
    this.offsets = offsets;
    this.#options = options;
    this.#subscriptions = new Subscriptions(topics);
  }

  get groupEpoch(): number {
    return this.#groupEpoch;
  }

  /** As groups of the older protocol call it. */
  get generation(): number {
    return this.#groupEpoch;
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty';
    if (this.#groupEpoch > this.assignmentEpoch) return 'Assigning';
    const settled = [...this.members.values()].every(
      ({ state, epoch }) => state === 'stable' && epoch === this.assignmentEpoch,
    );
    return settled ? 'Stable' : 'Reconciling';
  }

  /** What the member is to own in the end. */
  targetOf(memberId: string): PartitionSet {
    return this.#target.get(memberId) ?? new PartitionSet();
  }

  heartbeat(
    request: ConsumerGroupHeartbeatRequest,
    client: GroupClient,
  ): ConsumerGroupHeartbeatResponse {
    const { memberEpoch } = request;
    if (memberEpoch < 0) return this.#leave(request);
    const found = memberEpoch === 0 ? this.#join(request, client) : this.#known(request);
    if ('epoch' in found) return this.#beat(found, request, client);
    return heartbeatRefused(found);
  }

  /** Why a commit is not the member's, or 0. */
  commitProblem(request: OffsetCommitRequest, version: number): number {
    const { memberId, generationId } = request;
    if (generationId < 0 && this.members.size === 0) return errorCode.NONE;
    const member = this.members.get(memberId);
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    if (version < MEMBER_EPOCH_FROM) return errorCode.UNSUPPORTED_VERSION;
    return this.epochProblem(memberId, generationId);
  }

  /** Whether the member, if it is one, has that epoch. */
  epochProblem(memberId: string, memberEpoch: number): number {
    const member = this.members.get(memberId);
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    return member.epoch === memberEpoch ? errorCode.NONE : errorCode.STALE_MEMBER_EPOCH;
  }

  /** Topics that a member is subscribed to. */
  isSubscribed(topic: string): boolean {
    return [...this.members.values()].some((member) => this.#subscriptions.includes(member, topic));
  }

  close(): void {
    for (const member of this.members.values()) cancelTimers(member);
  }

  #beat(
    member: ConsumerMember,
    request: ConsumerGroupHeartbeatRequest,
    client: GroupClient,
  ): ConsumerGroupHeartbeatResponse {
    const isNew = !this.members.has(member.id);
    this.members.set(member.id, member);
    this.emptySinceMs = undefined;
    member.client = client;
    const changed = this.#subscriptions.update(member, request);
    const topicsChanged = this.#subscriptions.haveChanged(this.members.values());
    if (isNew || changed || topicsChanged) this.#groupEpoch++;
    this.#assign();
    const before = member.assigned;
    this.#reconcile(member, request);
    this.#touch(member);
    const { rebalanceTimeoutMs = -1, subscribedTopics, subscribedRegex, owned } = request;
    const saysAll =
      rebalanceTimeoutMs !== -1 && (subscribedTopics ?? subscribedRegex) != null && owned != null;
    const tells = request.memberEpoch === 0 || saysAll || !member.assigned.equals(before);
    return heartbeatAnswer(member, this.#options.heartbeatIntervalMs, tells);
  }

  #join(
    { memberId, instanceId = null }: ConsumerGroupHeartbeatRequest,
    client: GroupClient,
  ): ConsumerMember | HeartbeatProblem {
    const known = this.members.get(memberId);
    if (known === undefined && this.members.size >= this.#options.maxSize)
      return [errorCode.GROUP_MAX_SIZE_REACHED, `The group has ${this.members.size} members.`];
    if (instanceId === null) return known ?? newConsumerMember(memberId, null, client);
    const place = this.members.get(this.#staticMembers.get(instanceId) ?? '');
    if (place !== undefined && place.epoch !== AWAY_EPOCH && place.id !== memberId)
      return [errorCode.UNRELEASED_INSTANCE_ID, `Member ${place.id} has ${instanceId}.`];
    this.#staticMembers.set(instanceId, memberId);
    return place === undefined
      ? newConsumerMember(memberId, instanceId, client)
      : this.#comeBack(place, memberId);
  }

  /** A static member takes its place again, maybe under another id: nothing is shared out anew. */
  #comeBack(place: ConsumerMember, memberId: string): ConsumerMember {
    const target = this.targetOf(place.id);
    this.#owners.release(place);
    this.members.delete(place.id);
    this.#target.delete(place.id);
    place.id = memberId;
    if (place.epoch === AWAY_EPOCH) place.epoch = place.previousEpoch;
    this.#target.set(memberId, target);
    this.members.set(memberId, place);
    this.#owners.claim(place);
    return place;
  }

  #known(request: ConsumerGroupHeartbeatRequest): ConsumerMember | HeartbeatProblem {
    const { memberId, memberEpoch, instanceId = null, owned } = request;
    const problem = this.#memberProblem(memberId, instanceId);
    if (problem !== undefined) return problem;
    const member = this.members.get(memberId);
    if (member === undefined) return unknown(memberId);
    // The answer that told of the newer epoch may have been lost.
    const late =
      memberEpoch === member.previousEpoch &&
      owned != null &&
      PartitionSet.of(owned).isWithin(member.assigned);
    if (memberEpoch === member.epoch || (memberEpoch < member.epoch && late)) return member;
    return [
      errorCode.FENCED_MEMBER_EPOCH,
      `Member ${memberId} has epoch ${member.epoch}, not ${memberEpoch}.`,
    ];
  }

  #memberProblem(memberId: string, instanceId: string | null): HeartbeatProblem | undefined {
    if (instanceId === null) return this.members.has(memberId) ? undefined : unknown(memberId);
    const current = this.#staticMembers.get(instanceId);
    if (current === undefined) return unknown(instanceId);
    return current === memberId
      ? undefined
      : [errorCode.FENCED_INSTANCE_ID, `${instanceId} is member ${current} by now.`];
  }

  #leave(request: ConsumerGroupHeartbeatRequest): ConsumerGroupHeartbeatResponse {
    const { memberId, memberEpoch, instanceId = null } = request;
    const problem = this.#memberProblem(memberId, instanceId);
    const member = this.members.get(memberId);
    if (problem !== undefined || member === undefined)
      return heartbeatRefused(problem ?? unknown(memberId));
    if (memberEpoch === LEAVE_EPOCH) {
      this.#remove(member);
    } else if (member.epoch !== AWAY_EPOCH) {
      member.previousEpoch = member.epoch;
      member.epoch = AWAY_EPOCH;
      this.#touch(member);
    }
    return { ...heartbeatAnswer(member, 0, false), memberEpoch };
  }

  #remove(member: ConsumerMember): void {
    cancelTimers(member);
    this.#owners.release(member);
    this.members.delete(member.id);
    this.#target.delete(member.id);
    if (member.instanceId !== null) this.#staticMembers.delete(member.instanceId);
    this.#subscriptions.haveChanged(this.members.values());
    this.#groupEpoch++;
    if (this.members.size === 0) this.emptySinceMs = this.#options.clock.now();
  }

  #assign(): void {
    const { clock, assignmentIntervalMs } = this.#options;
    const nowMs = clock.now();
    if (this.#groupEpoch === this.assignmentEpoch) return;
    if (nowMs - this.#assignedAtMs < assignmentIntervalMs) return;
    this.assignor = this.#preferredAssignor();
    const assign = serverAssignors[this.assignor] ?? serverAssignors[DEFAULT_ASSIGNOR];
    const members = [...this.members.values()].map((member) => ({
      id: member.id,
      instanceId: member.instanceId,
      topicIds: this.#subscriptions.topicIdsOf(member),
      previous: this.targetOf(member.id),
    }));
    this.#target =
      assign?.(members, this.#subscriptions.counts(this.members.values())) ?? new Map();
    this.assignmentEpoch = this.#groupEpoch;
    this.#assignedAtMs = nowMs;
  }

  /** The one most members ask for. */
  #preferredAssignor(): string {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.members.values())
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    const [winner] = [...votes].sort(([, one], [, other]) => other - one);
    return winner?.[0] ?? DEFAULT_ASSIGNOR;
  }

  #reconcile(member: ConsumerMember, { owned }: ConsumerGroupHeartbeatRequest): void {
    this.#owners.release(member);
    reconcile(member, {
      target: this.targetOf(member.id),
      targetEpoch: this.assignmentEpoch,
      owned: owned == null ? undefined : PartitionSet.of(owned),
      isFree: (topicId, partition) => this.#owners.isFree(topicId, partition),
    });
    this.#owners.claim(member);
    if (member.state !== 'unrevoked') {
      member.cancelRevocation?.();
      member.cancelRevocation = undefined;
    } else {
      member.cancelRevocation ??= this.#options.clock.schedule(member.rebalanceTimeoutMs, () =>
        this.#remove(member),
      );
    }
  }

  #touch(member: ConsumerMember): void {
    const { clock, sessionTimeoutMs } = this.#options;
    member.cancelSession();
    member.cancelSession = clock.schedule(sessionTimeoutMs, () => this.#remove(member));
  }
}

function cancelTimers(member: ConsumerMember): void {
  member.cancelSession();
  member.cancelRevocation?.();
}

function unknown(name: string): HeartbeatProblem {
  return [errorCode.UNKNOWN_MEMBER_ID, `Member ${name} is not in the group.`];
}
