import {
  type Assignment,
  type Cancel,
  type GroupDescription,
  PartitaError,
  type PartitionCommit,
} from '../../../core/index.ts';
import type { Topics } from '../log/topics.ts';
import { checkCompatible, chooseAssignor } from './choose-assignor.ts';
import { GroupOffsets } from './group-offsets.ts';
import { groupView } from './group-view.ts';
import type { JoinAnswer, JoinRequest, Member, Rejection } from './member.ts';

const nothing: Cancel = () => {};

/**
 * The coordinator of one group, with the rules of Kafka's classic group protocol.
 *
 * A rebalance is a barrier: it opens when every member has joined, or after the longest rebalance time-out, when those
 * who have not come are thrown out. One simplification: joining and receiving the assignment (JoinGroup and SyncGroup)
 * is one step, because the leader's assignor can be called right here.
 */
export class Coordinator {
  readonly group: string;
  readonly offsets: GroupOffsets = new GroupOffsets();
  readonly #topics: Topics;
  /** In order of joining; assignors see them like this. */
  readonly #members = new Map<string, Member>();
  /** Ids whose static instance has been started anew elsewhere. */
  readonly #fenced = new Set<string>();
  #state: 'Empty' | 'PreparingRebalance' | 'Stable' = 'Empty';
  #generation = 0;
  #leaderId = '';
  #assignor = '';
  #nextMember = 1;
  #cancelBarrier: Cancel = nothing;

  constructor(group: string, topics: Topics) {
    this.group = group;
    this.#topics = topics;
  }

  get generation(): number {
    return this.#generation;
  }

  /**
   * Resolves when the barrier opens; rejects when the member leads and its assignor fails.
   * @throws PartitaError `INCOMPATIBLE_GROUP`
   */
  join(request: JoinRequest): Promise<JoinAnswer | Rejection> {
    if (this.#fenced.has(request.memberId)) return Promise.resolve('fenced instance');
    if (request.memberId !== '' && !this.#members.has(request.memberId))
      return Promise.resolve('unknown member');
    const before = this.#previous(request);
    const others = [...this.#members.values()].filter((member) => member !== before);
    checkCompatible(
      this.group,
      request.assignors,
      others.map((member) => member.request.assignors),
    );
    const member = request.memberId === '' ? this.#admit(request, before) : before;
    if (member === undefined) return Promise.resolve('unknown member');
    const unchanged = before !== member && before !== undefined && sameTopics(before, request);
    member.request = request;
    if (unchanged && this.#state === 'Stable') {
      // A static member is back within its session time-out: nobody else needs to notice.
      this.#armExpiry(member);
      return Promise.resolve(this.#answer(member));
    }
    member.waiting = Promise.withResolvers();
    member.cancelExpiry();
    this.#prepareRebalance(request);
    return member.waiting.promise;
  }

  /** Keeps the member alive. `rebalancing`: it should hand over and join again. */
  heartbeat(memberId: string, generation: number): 'ok' | 'rebalancing' | Rejection {
    const rejection = this.#rejection(memberId, generation);
    if (rejection !== undefined) return rejection;
    const member = this.#members.get(memberId);
    if (member !== undefined && member.waiting === undefined) this.#armExpiry(member);
    return this.#state === 'PreparingRebalance' ? 'rebalancing' : 'ok';
  }

  /** Stores positions when the member is still one and its generation the current one. */
  commit(
    memberId: string,
    generation: number,
    commits: readonly PartitionCommit[],
  ): Rejection | undefined {
    const rejection = this.#rejection(memberId, generation);
    if (rejection === undefined) this.#store(commits);
    return rejection;
  }

  /** Stores positions from outside; only while the group has no members, or they would overwrite each other. */
  commitFromOutside(commits: readonly Omit<PartitionCommit, 'epoch'>[]): Rejection | undefined {
    if (this.#members.size > 0) return 'unknown member';
    this.#store(commits);
    return undefined;
  }

  /** Takes a member out at once: it leaves, or its session is over. */
  remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    this.#members.delete(memberId);
    member.cancelExpiry();
    member.waiting?.resolve('unknown member');
    if (this.#members.size > 0) this.#prepareRebalance(member.request);
    else this.#becomeEmpty();
  }

  /** Takes out the members of that process, as if their sessions had timed out. */
  expire(clientId: string): void {
    for (const { id, request } of [...this.#members.values()])
      if (request.clientId === clientId) this.remove(id);
  }

  describe(): GroupDescription {
    return {
      group: this.group,
      state: this.#state,
      ...(this.#assignor !== '' && { assignor: this.#assignor }),
      members: [...this.#members.values()].map(({ id, request, assignment }) => ({
        memberId: id,
        ...(request.instanceId !== undefined && { instanceId: request.instanceId }),
        clientId: request.clientId,
        host: 'memory',
        partitions: assignment,
      })),
    };
  }

  #store(commits: readonly Omit<PartitionCommit, 'epoch'>[]): void {
    for (const { topic, partition, position, metadata } of commits)
      this.offsets.set({ topic, partition, ...position, metadata });
  }

  #rejection(memberId: string, generation: number): Rejection | undefined {
    if (this.#fenced.has(memberId)) return 'fenced instance';
    if (!this.#members.has(memberId)) return 'unknown member';
    return generation === this.#generation ? undefined : 'old generation';
  }

  /** The member this request continues: itself, or the one that had the same static name. */
  #previous({ memberId, instanceId }: JoinRequest): Member | undefined {
    if (memberId !== '') return this.#members.get(memberId);
    if (instanceId === undefined) return undefined;
    return [...this.#members.values()].find(({ request }) => request.instanceId === instanceId);
  }

  #admit(request: JoinRequest, before: Member | undefined): Member {
    const id = `${request.instanceId ?? request.clientId}-${this.#nextMember++}`;
    const member: Member = {
      id,
      request,
      assignment: before?.assignment ?? [],
      waiting: undefined,
      cancelExpiry: nothing,
    };
    if (before !== undefined) {
      this.#fenced.add(before.id);
      this.#members.delete(before.id);
      before.cancelExpiry();
      before.waiting?.resolve('fenced instance');
      if (this.#leaderId === before.id) this.#leaderId = id;
    }
    this.#members.set(id, member);
    return member;
  }

  #prepareRebalance({ clock }: JoinRequest): void {
    if (this.#state !== 'PreparingRebalance') {
      this.#state = 'PreparingRebalance';
      const members = [...this.#members.values()];
      const timeoutMs = Math.max(...members.map((member) => member.request.rebalanceTimeoutMs));
      this.#cancelBarrier = clock.schedule(timeoutMs, () => this.#openBarrier());
      for (const { waiting, request } of members)
        if (waiting === undefined) request.clock.schedule(0, request.rebalance);
    }
    // Not at once, so that members that join in the same moment share one rebalance.
    if (this.#everyoneIsHere()) clock.schedule(0, () => this.#openIfComplete());
  }

  #openIfComplete(): void {
    if (this.#state === 'PreparingRebalance' && this.#everyoneIsHere()) this.#openBarrier();
  }

  #everyoneIsHere(): boolean {
    return [...this.#members.values()].every((member) => member.waiting !== undefined);
  }

  /** Those who have not joined by now are out; static members keep their place until their session ends. */
  #openBarrier(): void {
    this.#cancelBarrier();
    for (const member of [...this.#members.values()]) {
      if (member.waiting !== undefined || member.request.instanceId !== undefined) continue;
      member.cancelExpiry();
      this.#members.delete(member.id);
    }
    const joined = [...this.#members.values()].filter((member) => member.waiting !== undefined);
    if (joined.length === 0) {
      this.#becomeEmpty();
      return;
    }
    this.#generation++;
    const leader = joined.find((member) => member.id === this.#leaderId) ?? (joined[0] as Member);
    this.#leaderId = leader.id;
    const plan = this.#assign(leader);
    if (plan === undefined) return;
    this.#state = 'Stable';
    for (const member of this.#members.values()) {
      member.assignment = plan.get(member.id) ?? [];
      if (member.waiting === undefined) continue;
      member.waiting.resolve(this.#answer(member));
      member.waiting = undefined;
      this.#armExpiry(member);
    }
  }

  /** An assignor that throws costs its member the membership; the others try again without it. */
  #assign(leader: Member): Assignment | undefined {
    const members = [...this.#members.values()];
    this.#assignor = chooseAssignor(members.map((member) => member.request.assignors));
    try {
      const assignor = leader.request.assignors.find(({ name }) => name === this.#assignor);
      return assignor?.assign(groupView(members, this.#assignor, this.#topics));
    } catch (cause) {
      const message = `Assignor ${this.#assignor} failed for group ${this.group}; see the cause`;
      leader.waiting?.reject(new PartitaError('INTERNAL', message, { cause }));
      leader.waiting = undefined;
      this.remove(leader.id);
      return undefined;
    }
  }

  #answer(member: Member): JoinAnswer {
    return {
      memberId: member.id,
      generation: this.#generation,
      assignor: this.#assignor,
      isLeader: member.id === this.#leaderId,
      partitions: member.assignment,
    };
  }

  #armExpiry(member: Member): void {
    member.cancelExpiry();
    const { clock, sessionTimeoutMs } = member.request;
    // A static member that has left is waited for, but not by its process: that would outlive it for as long.
    member.cancelExpiry = clock.schedule(sessionTimeoutMs, () => this.remove(member.id), {
      background: true,
    });
  }

  #becomeEmpty(): void {
    this.#cancelBarrier();
    this.#state = 'Empty';
    this.#assignor = '';
    this.#leaderId = '';
  }
}

function sameTopics({ request }: Member, { topics }: JoinRequest): boolean {
  return request.topics.length === topics.length && topics.every((t) => request.topics.includes(t));
}
