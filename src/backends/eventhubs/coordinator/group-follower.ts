import {
  type Assignor,
  type ClaimedPartition,
  formatPartition,
  type GroupSnapshot,
  PartitaError,
  type TopicPartition,
} from '../../../core/index.ts';
import type { CheckpointWriter } from './checkpoint-writer.ts';
import { electAssignor } from './elect-assignor.ts';
import { type GroupState, readGroup } from './group-state.ts';
import { HandOver } from './hand-over.ts';
import type { HeldPartition, HeldPartitions } from './held-partitions.ts';
import type { Membership } from './membership.ts';
import { MixedTopics } from './mixed-topics.ts';
import type { ResolvedCoordinatorOptions } from './options.ts';
import { OwnershipWriter } from './ownership-writer.ts';
import { type Plan, planMember } from './plan.ts';
import type { StolenPartitions } from './stolen-partitions.ts';
import type { StoreCalls } from './store-calls.ts';
import { takeOver } from './take-over.ts';
import type { TopicNames } from './topic-names.ts';

/** Dead members that one member clears away at a time. */
const CLEARED_PER_TICK = 10;

export interface GroupFollowerDeps {
  readonly options: ResolvedCoordinatorOptions;
  readonly self: string;
  readonly names: TopicNames;
  readonly calls: StoreCalls;
  readonly held: HeldPartitions;
  readonly membership: Membership;
  readonly checkpoints: CheckpointWriter;
  readonly stolen: StolenPartitions;
  readonly stopping: AbortSignal;
  readonly lose: (all: readonly HeldPartition[], why: string) => void;
  readonly tell: (error: PartitaError) => void;
}

export interface Followed {
  readonly generation: number;
  readonly assignor: Assignor;
  /** Nothing of ours is on the move. */
  readonly isSettled: boolean;
}

/** Brings what this member does into line with what the store says. */
export class GroupFollower {
  readonly #deps: GroupFollowerDeps;
  readonly #ownership: OwnershipWriter;
  readonly #handOver: HandOver;
  readonly #mixed: MixedTopics;
  readonly #startedMs: number;
  #claimsFromMs = Number.NEGATIVE_INFINITY;
  #unlisted: ReadonlyMap<string, string> = new Map();

  constructor(deps: GroupFollowerDeps) {
    const { options, calls, self, held, names, stopping } = deps;
    this.#deps = deps;
    this.#startedMs = options.env.clock.now();
    this.#mixed = new MixedTopics(options.foreignExpiryMs);
    this.#ownership = new OwnershipWriter(calls, self, stopping);
    this.#handOver = new HandOver({
      clock: options.env.clock,
      held,
      ownership: this.#ownership,
      deadlineMs: options.rebalanceTimeoutMs,
      revoked: (removed, deadlineMs) =>
        options.listener.revoked(names.spelled(removed), deadlineMs),
    });
  }

  /** No claims for that long: whoever had our member id is to hear first that it is fenced. */
  holdBack(delayMs: number): void {
    this.#claimsFromMs = this.#deps.options.env.clock.now() + delayMs;
  }

  release(all: readonly HeldPartition[]): Promise<void> {
    return this.#ownership.release(all);
  }

  /** Brings what we do into line with what is stored. */
  async follow(snapshot: GroupSnapshot): Promise<Followed | undefined> {
    const state = readGroup(snapshot, {
      foreignExpiryMs: this.#deps.options.foreignExpiryMs,
      sparesMembers: this.#isAfterOutage(),
      unlistedBefore: this.#unlisted,
    });
    this.#unlisted = state.unlisted;
    this.#noticeLosses(state);
    await this.#shareTopics(state);
    const assignor = this.#electedAssignor(state);
    if (assignor === undefined || !this.#deps.membership.isLeased) return undefined;
    const { held } = this.#deps;
    const plan = planMember({
      state,
      assignor,
      self: this.#deps.self,
      held: keyed([...held.in('active'), ...held.in('claimed')]),
      leaving: new Set(keyed(held.in('leaving')).keys()),
      mixedTopics: this.#mixed.topics,
    });
    this.#handOver.begin(plan.give);
    await this.#ownership.letGo(plan.letGo, state.generation);
    await this.#claim(plan, state.generation + 1);
    await this.#clearAway(state);
    const isSettled = plan.give.length === 0 && held.in('leaving').length === 0;
    return { generation: state.generation, assignor, isSettled };
  }

  async #claim(plan: Plan, generation: number): Promise<void> {
    const { options, stolen, held, calls, checkpoints, self, stopping } = this.#deps;
    if (options.env.clock.now() < this.#claimsFromMs) return;
    const targets = plan.claim.filter((target) => stolen.mayClaim(target));
    const claimed = await this.#ownership.claim(targets, generation, (topic) =>
      this.#ownerLevel(topic, generation),
    );
    if (claimed.length === 0) return;
    for (const entry of claimed) held.add(entry.held);
    // What was under way is ours by now, and is released with the rest.
    if (stopping.aborted) return;
    try {
      this.#give(await takeOver(claimed, { calls, checkpoints, self }));
    } finally {
      // Without a position they are of no use; they are seen as ours, and claimed again, with the next look at the group.
      for (const entry of claimed)
        if (entry.held.phase === 'claimed' && !stopping.aborted) held.drop(entry.held);
    }
  }

  /** Hands over to the session what is still ours by now. */
  #give(added: readonly ClaimedPartition[]): void {
    const { options, held, membership, names, stopping } = this.#deps;
    if (!membership.isLeased || stopping.aborted) return;
    const usable: ClaimedPartition[] = [];
    for (const partition of added) {
      const mine = held.get(partition);
      if (mine?.phase !== 'claimed' || mine.generation !== partition.epoch) continue;
      mine.phase = 'active';
      usable.push(partition);
    }
    if (usable.length > 0) options.listener.assigned(names.spelled(usable));
  }

  #noticeLosses(state: GroupState): void {
    const gone: HeldPartition[] = [];
    for (const held of this.#deps.held.all()) {
      const record = state.ownerships.get(formatPartition(held));
      if (record?.owner === this.#deps.self && record.generation === held.generation)
        held.etag = record.etag;
      else if (held.phase !== 'leaving') gone.push(held);
    }
    this.#deps.lose(gone, 'another member or processor owns them');
  }

  /** Changes between owner levels and renewals when official processors come and go. */
  async #shareTopics(state: GroupState): Promise<void> {
    const { env, group, listener } = this.#deps.options;
    const { begun, ended } = this.#mixed.update(state.foreignTopics, env.clock.now());
    for (const topic of begun)
      env.log.warn(
        `Group ${group} shares ${topic} with processors of an official SDK: partitions are balanced by count whatever the assignor, with owner level 0, until they are gone`,
      );
    for (const topic of ended)
      env.log.info(`Group ${group} has ${topic} to itself again: the assignor decides`);
    const changed = this.#deps.held
      .all()
      .filter((held) => this.#ownerLevel(held.topic, held.generation) !== held.ownerLevel);
    for (const held of changed) held.ownerLevel = this.#ownerLevel(held.topic, held.generation);
    const active = changed.filter(({ phase }) => phase === 'active');
    if (active.length > 0)
      listener.ownerLevels(
        this.#deps.names.spelled(
          active.map(({ topic, partition, ownerLevel }) => ({ topic, partition, ownerLevel })),
        ),
      );
    const shared = this.#deps.held.all().filter(({ topic }) => this.#isShared(topic));
    if (shared.length === 0 || !this.#deps.membership.isLeased) return;
    this.#deps.lose(
      await this.#ownership.renew(shared),
      'a processor of an official SDK took them',
    );
  }

  /** Official processors know no generations: among them the newest receiver wins. */
  #ownerLevel(topic: string, generation: number): number {
    return this.#isShared(topic) ? 0 : generation;
  }

  #isShared(topic: string): boolean {
    const { officialProcessors } = this.#deps.options;
    return officialProcessors === 'expected' || this.#mixed.topics.has(topic);
  }

  #electedAssignor(state: GroupState): Assignor | undefined {
    const name = electAssignor(state.members);
    const assignor = this.#deps.options.assignors.find((offered) => offered.name === name);
    if (assignor !== undefined || state.members.length === 0) return assignor;
    this.#deps.tell(
      new PartitaError(
        'INCOMPATIBLE_GROUP',
        `Members of group ${this.#deps.options.group} have no assignor in common; all keep what they own. Let all of them offer the same`,
        { retriable: true },
      ),
    );
    return undefined;
  }

  /** After an outage all heartbeats are old. Whoever is alive sends one within this time. */
  #isAfterOutage(): boolean {
    const { env, heartbeatIntervalMs, sessionTimeoutMs } = this.#deps.options;
    const graceMs = 2 * heartbeatIntervalMs + Math.min(10_000, sessionTimeoutMs / 3);
    return env.clock.now() - this.#deps.calls.outageEndedMs < graceMs;
  }

  /**
   * The first of the members clears away those that have been dead for as long as they were given to live. Those that still
   * stand as owners later: a partition of a dead member is taken at once, one of a member that is not there with the next look.
   */
  async #clearAway({ members, expired, ownerships, serverTimeMs }: GroupState): Promise<void> {
    if (members[0]?.memberId !== this.#deps.self) return;
    const nowMs = this.#deps.options.env.clock.now();
    if (nowMs - this.#startedMs < this.#deps.options.sessionTimeoutMs) return;
    const owners = new Set([...ownerships.values()].map(({ owner }) => owner));
    const cleared = expired.filter(
      ({ memberId, modifiedMs, sessionTimeoutMs }) =>
        !owners.has(memberId) || serverTimeMs - modifiedMs > 2 * sessionTimeoutMs,
    );
    for (const member of cleared.slice(0, CLEARED_PER_TICK))
      await this.#deps.calls.removeMember(member, member.etag);
  }
}

function keyed(all: readonly HeldPartition[]): ReadonlyMap<string, TopicPartition> {
  return new Map(all.map((held) => [formatPartition(held), held]));
}
