import type { Cancel, Clock } from '../../core/index.ts';
import {
  errorCode,
  type HeartbeatRequest,
  type JoinGroupResponse,
  type LeaveGroupRequest,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from '../../protocol/index.ts';
import { notJoined, notSynced } from './group-answers.ts';
import { chosenProtocol, type GroupMember, metadataOf, newMember } from './group-member.ts';
import { GroupOffsets } from './group-offsets.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

/** How a request names its member. */
export interface NamedMember {
  readonly memberId: string;
  readonly groupInstanceId?: string | null;
}

const NOTHING = Buffer.alloc(0);

/**
 * One classic consumer group: members, generations, and the two barriers of a rebalance, by the rules of Kafka's `ClassicGroup`
 * and `GroupMetadataManager`. Who joins, and how, is in `joining.ts`.
 */
export class Group {
  readonly type = 'classic';
  readonly id: string;
  readonly offsets: GroupOffsets;
  readonly members: Map<string, GroupMember> = new Map();
  /** Group instance id → member id. */
  readonly staticMembers: Map<string, string> = new Map();
  /** Ids given out with MEMBER_ID_REQUIRED, until they are used or time is up. */
  readonly pending: Map<string, Cancel> = new Map();
  readonly #clock: Clock;
  readonly #initialDelayMs: number;
  state: GroupState = 'Empty';
  generation = 0;
  protocolType = '';
  protocol = '';
  leader = '';
  /** When its last member left; undefined while there are some, and where there never were any. */
  emptySinceMs: number | undefined;
  #cancelBarrier: Cancel = () => {};
  /** The first members of an empty group wait for others. */
  #gathering = false;
  #unsynced = new Set<string>();

  constructor(
    id: string,
    clock: Clock,
    initialDelayMs: number,
    offsets: GroupOffsets = new GroupOffsets(),
  ) {
    this.id = id;
    this.offsets = offsets;
    this.#clock = clock;
    this.#initialDelayMs = initialDelayMs;
  }

  /** Why the request does not come from a member, or 0. */
  memberProblem({ memberId, groupInstanceId = null }: NamedMember): number {
    if (groupInstanceId !== null) {
      const current = this.staticMembers.get(groupInstanceId);
      if (current === undefined) return errorCode.UNKNOWN_MEMBER_ID;
      return current === memberId ? errorCode.NONE : errorCode.FENCED_INSTANCE_ID;
    }
    return this.members.has(memberId) ? errorCode.NONE : errorCode.UNKNOWN_MEMBER_ID;
  }

  /** As `memberProblem`, and the generation must be the current one. */
  generationProblem(request: NamedMember & { readonly generationId: number }): number {
    const problem = this.memberProblem(request);
    if (problem !== errorCode.NONE) return problem;
    return request.generationId === this.generation ? errorCode.NONE : errorCode.ILLEGAL_GENERATION;
  }

  heartbeat(request: HeartbeatRequest): number {
    const problem = this.generationProblem(request);
    if (problem !== errorCode.NONE) return problem;
    this.touch(request.memberId);
    return this.state === 'PreparingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  sync(request: SyncGroupRequest): SyncGroupResponse | Promise<SyncGroupResponse> {
    const problem = this.#syncProblem(request);
    const member = this.members.get(request.memberId);
    if (problem !== errorCode.NONE || member === undefined) return notSynced(problem);
    if (this.state === 'Stable') {
      this.touch(member.id);
      return this.#synced(member);
    }
    this.#unsynced.delete(member.id);
    const answer = new Promise<SyncGroupResponse>((resolve) => {
      member.sync?.(notSynced(errorCode.REBALANCE_IN_PROGRESS));
      member.sync = resolve;
    });
    if (member.id === this.leader) this.#distribute(request);
    return answer;
  }

  /** Returns the error of each leaving member. */
  leave({ members }: LeaveGroupRequest): readonly number[] {
    return members.map((leaving) => {
      const { memberId, groupInstanceId = null } = leaving;
      const id =
        memberId === '' && groupInstanceId !== null
          ? (this.staticMembers.get(groupInstanceId) ?? '')
          : memberId;
      if (this.forgetPending(id)) {
        this.#tryCompleteJoin();
        return errorCode.NONE;
      }
      const problem = this.memberProblem({ memberId: id, groupInstanceId });
      if (problem === errorCode.NONE) this.remove(id);
      return problem;
    });
  }

  /** The member is alive: its session begins anew. */
  touch(memberId: string): void {
    const member = this.members.get(memberId);
    if (member === undefined) return;
    member.cancelSession();
    member.cancelSession = this.#clock.schedule(member.sessionTimeoutMs, () => {
      // Who waits for an answer of ours cannot send heartbeats, and need not.
      if (member.join !== undefined || member.sync !== undefined) this.touch(memberId);
      else this.remove(memberId);
    });
  }

  remove(memberId: string): void {
    const member = this.members.get(memberId);
    if (member === undefined) return;
    this.#drop(member);
    if (this.state === 'PreparingRebalance') this.#tryCompleteJoin();
    else this.prepareRebalance();
  }

  /** A member id was handed out; the group waits for its owner to join with it. */
  addPending(memberId: string, timeoutMs: number): void {
    const cancel = this.#clock.schedule(timeoutMs, () => {
      this.pending.delete(memberId);
      this.#tryCompleteJoin();
    });
    this.pending.set(memberId, cancel);
  }

  forgetPending(memberId: string): boolean {
    this.pending.get(memberId)?.();
    return this.pending.delete(memberId);
  }

  add(member: GroupMember): void {
    this.emptySinceMs = undefined;
    this.members.set(member.id, member);
    if (member.instanceId !== null) this.staticMembers.set(member.instanceId, member.id);
    if (this.leader === '') this.leader = member.id;
  }

  /** A static member came back under a new id; the old one is fenced. */
  replace(old: GroupMember, id: string): GroupMember {
    old.cancelSession();
    old.join?.(notJoined(errorCode.FENCED_INSTANCE_ID, old.id));
    old.sync?.(notSynced(errorCode.FENCED_INSTANCE_ID));
    this.members.delete(old.id);
    if (this.#unsynced.delete(old.id)) this.#unsynced.add(id);
    const { instanceId, client, protocols, sessionTimeoutMs, rebalanceTimeoutMs } = old;
    const member = newMember({
      id,
      instanceId,
      client,
      protocols,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
    });
    member.assignment = old.assignment;
    const led = this.leader === old.id;
    this.add(member);
    if (led) this.leader = id;
    return member;
  }

  /** All members have to join again. */
  prepareRebalance(): void {
    if (this.state === 'PreparingRebalance') {
      this.#tryCompleteJoin();
      return;
    }
    if (this.state === 'CompletingRebalance')
      for (const member of this.members.values()) {
        member.assignment = NOTHING;
        member.sync?.(notSynced(errorCode.REBALANCE_IN_PROGRESS));
        member.sync = undefined;
        this.touch(member.id);
      }
    this.#gathering = this.state === 'Empty' && this.#initialDelayMs > 0;
    this.state = 'PreparingRebalance';
    this.#cancelBarrier();
    const delayMs = this.#gathering ? this.#initialDelayMs : this.#rebalanceTimeoutMs();
    this.#cancelBarrier = this.#clock.schedule(delayMs, () => this.#completeJoin());
    this.#tryCompleteJoin();
  }

  /** The answer of a member that has joined the current generation. */
  joined(member: GroupMember): JoinGroupResponse {
    const isLeader = member.id === this.leader;
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      generationId: this.generation,
      protocolType: this.protocolType,
      protocolName: this.protocol,
      leader: this.leader,
      skipAssignment: false,
      memberId: member.id,
      members: isLeader ? this.memberList() : [],
    };
  }

  memberList(): JoinGroupResponse['members'] {
    return [...this.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      metadata: metadataOf(member, this.protocol),
    }));
  }

  /** The coordinator has moved: who waits is sent to the new one, which knows members and generation, but no ids given out. */
  disperse(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
    for (const member of this.members.values()) {
      const { join, sync } = member;
      member.join = undefined;
      member.sync = undefined;
      if (join === undefined && sync === undefined) continue;
      this.touch(member.id);
      join?.(notJoined(errorCode.NOT_COORDINATOR, member.id));
      sync?.(notSynced(errorCode.NOT_COORDINATOR));
    }
  }

  /** The broker goes down, or the group is deleted: no timer stays. */
  close(): void {
    this.#cancelBarrier();
    for (const cancel of this.pending.values()) cancel();
    for (const member of this.members.values()) member.cancelSession();
  }

  #syncProblem(request: SyncGroupRequest): number {
    const problem = this.generationProblem(request);
    if (problem !== errorCode.NONE) return problem;
    const { protocolType, protocolName } = request;
    const strange =
      (protocolType !== undefined && protocolType !== this.protocolType) ||
      (protocolName !== undefined && protocolName !== this.protocol);
    if (strange) return errorCode.INCONSISTENT_GROUP_PROTOCOL;
    return this.state === 'PreparingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  /** The leader has spoken: everybody gets a part, those it forgot an empty one. */
  #distribute({ assignments }: SyncGroupRequest): void {
    const parts = new Map(assignments.map(({ memberId, assignment }) => [memberId, assignment]));
    this.state = 'Stable';
    this.#cancelBarrier();
    this.#unsynced.clear();
    for (const member of this.members.values()) {
      // Copied: the request's bytes are a view on what the socket received.
      member.assignment = Buffer.from(parts.get(member.id) ?? NOTHING);
      const answer = member.sync;
      member.sync = undefined;
      if (answer === undefined) continue;
      this.touch(member.id);
      answer(this.#synced(member));
    }
  }

  #synced({ assignment }: GroupMember): SyncGroupResponse {
    const { protocolType, protocol: protocolName } = this;
    return { throttleTimeMs: 0, errorCode: errorCode.NONE, protocolType, protocolName, assignment };
  }

  #tryCompleteJoin(): void {
    if (this.state !== 'PreparingRebalance' || this.#gathering || this.pending.size > 0) return;
    for (const { join } of this.members.values()) if (join === undefined) return;
    this.#completeJoin();
  }

  #completeJoin(): void {
    this.#cancelBarrier();
    this.#gathering = false;
    for (const member of [...this.members.values()])
      if (member.join === undefined && member.instanceId === null) this.#drop(member);
    if (this.members.size > 0 && !this.#electJoinedLeader()) {
      // Only static members that are away: they keep their places until their sessions end.
      this.#cancelBarrier = this.#clock.schedule(this.#rebalanceTimeoutMs(), () =>
        this.#completeJoin(),
      );
      return;
    }
    this.generation++;
    if (this.members.size === 0) {
      this.state = 'Empty';
      this.emptySinceMs = this.#clock.now();
      this.protocol = '';
      this.leader = '';
      return;
    }
    this.#beginGeneration();
  }

  #beginGeneration(): void {
    this.state = 'CompletingRebalance';
    this.protocol = chosenProtocol([...this.members.values()]);
    this.#unsynced = new Set(this.members.keys());
    this.#cancelBarrier = this.#clock.schedule(this.#rebalanceTimeoutMs(), () =>
      this.#dropUnsynced(),
    );
    for (const member of this.members.values()) {
      const answer = member.join;
      member.join = undefined;
      if (answer === undefined) continue;
      this.touch(member.id);
      answer(this.joined(member));
    }
  }

  /** Whoever joined and did not ask for its assignment within the rebalance timeout holds up the others. */
  #dropUnsynced(): void {
    for (const id of this.#unsynced) {
      const member = this.members.get(id);
      if (member !== undefined) this.#drop(member);
    }
    this.prepareRebalance();
  }

  #electJoinedLeader(): boolean {
    if (this.members.get(this.leader)?.join !== undefined) return true;
    const next = [...this.members.values()].find(({ join }) => join !== undefined);
    if (next === undefined) return false;
    this.leader = next.id;
    return true;
  }

  #drop(member: GroupMember): void {
    member.cancelSession();
    member.join?.(notJoined(errorCode.UNKNOWN_MEMBER_ID, member.id));
    member.sync?.(notSynced(errorCode.UNKNOWN_MEMBER_ID));
    this.members.delete(member.id);
    this.#unsynced.delete(member.id);
    if (member.instanceId !== null) this.staticMembers.delete(member.instanceId);
    if (this.leader === member.id) this.leader = this.members.keys().next().value ?? '';
  }

  #rebalanceTimeoutMs(): number {
    return Math.max(
      0,
      ...[...this.members.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs),
    );
  }
}
