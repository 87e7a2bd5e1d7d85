import {
  type Cancel,
  type CommitFailure,
  formatPartition,
  type GroupSession,
  type MembershipState,
  PartitaError,
  type PartitionCommit,
  type Position,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';
import { Channel } from '../channel.ts';
import type { JoinAnswer, JoinRequest, Rejection } from '../group/member.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { checkCommits, closedError, fenced } from './commit-check.ts';
import { PartitionFeed } from './partition-feed.ts';
import type { GroupContext } from './session-context.ts';
import { takeOver } from './take-over.ts';
import { TopicInterest } from './topic-interest.ts';
import { userDataOf } from './user-data.ts';

interface OwnedPartition extends TopicPartition {
  readonly epoch: number;
  readonly log: PartitionLog;
}

/** Waits this long before a join that failed for a passing reason is tried again. */
const joinRetryMs = 100;

/**
 * A member of a group: joins, hands over what it must, takes what it gets, and begins again when the group asks for it.
 *
 * Eager: everything is handed over before joining. Cooperative (KIP-429): joining keeps what is owned; what the new
 * assignment takes away is handed over after it, and one more round gives it to its new owner.
 */
export class MemberSession implements GroupSession {
  readonly #context: GroupContext;
  readonly #feed: PartitionFeed;
  readonly #commits: Channel;
  readonly #cooperative: boolean;
  readonly #interest: TopicInterest;
  readonly #owned = new Map<string, OwnedPartition>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #unwatch: Cancel;
  #over = false;
  #leaves = false;
  #memberId = '';
  #generation = -1;
  #isLeader = false;
  /** What the last assignment gave us; sticky assignors under the eager protocol want to know. */
  #lastAssigned: readonly TopicPartition[] = [];
  /** The join request under way, if any. */
  #joining: Promise<JoinAnswer | Rejection> | undefined;
  /** Resolved when another rebalance is wanted. */
  #wanted = Promise.withResolvers<void>();
  #cancelHeartbeat: Cancel = () => {};

  constructor(context: GroupContext) {
    const { connection, listener, options, topics } = context;
    this.#context = context;
    this.#cooperative = options.assignors.every(({ rebalance }) => rebalance === 'cooperative');
    this.#interest = new TopicInterest(options.subscription, topics);
    this.#commits = new Channel(connection, 'commit');
    this.#feed = new PartitionFeed({
      connection,
      listener,
      maxBytesPerPartition: options.fetch.maxBytesPerPartition,
      outOfRange: options.outOfRange,
    });
    this.#unwatch = topics.watch(() =>
      connection.clock.schedule(0, () => void this.#topicsChanged()),
    );
    this.#scheduleHeartbeat();
    this.#run().catch((error: unknown) => this.#die(error));
  }

  async commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    if (this.#over) throw closedError();
    return this.#commits.send(() => this.#store(commits));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#feed.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#feed.resume(partitions);
  }

  seek(partition: TopicPartition, position: Position): void {
    this.#feed.seek(partition, position.offset);
  }

  requestRejoin(_reason: string): void {
    this.#wanted.resolve();
  }

  async close({ leave = false }: { readonly leave?: boolean } = {}): Promise<void> {
    if (this.#over) return;
    this.#end(leave && this.#context.options.instanceId === undefined);
    this.#report('left');
  }

  async #run(): Promise<void> {
    const { connection } = this.#context;
    await sleep(connection.clock, 0);
    while (!this.#over) {
      if (!this.#cooperative) await this.#handOver([...this.#owned.values()]);
      // What asked for a rebalance before this moment is answered by it.
      this.#wanted = Promise.withResolvers();
      const answer = await this.#join();
      if (answer === undefined) continue;
      if (typeof answer === 'string') this.#rejected(answer);
      else if (this.#over) this.#leaveAs(answer.memberId);
      else await this.#settle(answer);
      await Promise.race([this.#wanted.promise, this.#ended.promise]);
    }
  }

  /** `undefined`: it failed for a passing reason, and the time to try again has come. */
  async #join(): Promise<JoinAnswer | Rejection | undefined> {
    if (this.#over) return undefined;
    const { connection, coordinator, listener } = this.#context;
    const request = this.#joinRequest();
    this.#report('joining');
    try {
      this.#joining = connection.request('join', () => coordinator.join(request));
      return await this.#joining;
    } catch (error) {
      if (!PartitaError.is(error) || !error.retriable) throw error;
      listener.failed(error);
      await Promise.race([sleep(connection.clock, joinRetryMs), this.#ended.promise]);
      return undefined;
    } finally {
      this.#joining = undefined;
    }
  }

  #joinRequest(): JoinRequest {
    const { connection, options } = this.#context;
    const topics = this.#interest.look();
    const state = { topics, owned: this.#lastAssigned, generation: this.#generation };
    return {
      memberId: this.#memberId,
      instanceId: options.instanceId,
      clientId: connection.clientId,
      clock: connection.clock,
      sessionTimeoutMs: options.sessionTimeoutMs,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs,
      topics,
      owned: [...this.#owned.values()].map(({ topic, partition }) => ({ topic, partition })),
      generation: this.#generation,
      rack: options.rack,
      assignors: options.assignors,
      userData: userDataOf(options.assignors, state),
      rebalance: () => {
        if (connection.up) this.#wanted.resolve();
      },
    };
  }

  async #settle(answer: JoinAnswer): Promise<void> {
    const { topics, coordinator } = this.#context;
    this.#memberId = answer.memberId;
    this.#generation = answer.generation;
    this.#isLeader = answer.isLeader;
    this.#lastAssigned = answer.partitions.filter((partition) => topics.find(partition));
    this.#report('stable', answer.assignor);
    const assigned = new Set(this.#lastAssigned.map(formatPartition));
    const added = this.#lastAssigned.filter((p) => !this.#owned.has(formatPartition(p)));
    const removed = [...this.#owned.values()].filter((p) => !assigned.has(formatPartition(p)));
    const epoch = answer.generation;
    for (const partition of added)
      this.#owned.set(formatPartition(partition), {
        ...partition,
        epoch,
        log: topics.log(partition),
      });
    takeOver(this.#context, this.#feed, coordinator.offsets, added, epoch);
    if (removed.length === 0 || this.#over) return;
    await this.#handOver(removed);
    this.#wanted.resolve();
  }

  /** Ends when the engine is done with the partitions, or it took too long: then they are given up undone. */
  async #handOver(partitions: readonly OwnedPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    const { connection, listener, options } = this.#context;
    this.#feed.stop(partitions);
    // A tenth is kept back, so that we are at the barrier before the coordinator closes it on us.
    const deadlineMs = Math.floor(options.rebalanceTimeoutMs * 0.9);
    const timer = new AbortController();
    const list = partitions.map(({ topic, partition }) => ({ topic, partition }));
    await Promise.race([
      listener.revoked(list, deadlineMs),
      sleep(connection.clock, deadlineMs, timer.signal),
      this.#ended.promise,
    ]);
    timer.abort();
    for (const partition of partitions) {
      const key = formatPartition(partition);
      if (this.#owned.get(key) === partition) this.#owned.delete(key);
    }
  }

  async #store(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    const { coordinator, commitMetadataBytes } = this.#context;
    const { valid, failures } = checkCommits(
      commits,
      (commit) => this.#owned.get(formatPartition(commit))?.epoch,
      commitMetadataBytes,
    );
    if (valid.length === 0) return failures;
    const [memberId, generation] = [this.#memberId, this.#generation];
    const rejection = coordinator.commit(memberId, generation, valid);
    if (rejection === undefined) return failures;
    if (rejection === 'old generation' && this.#joining !== undefined) {
      // The barrier has opened and its answer is on the way to us. What we keep is still ours to commit after it.
      await Promise.allSettled([this.#joining]);
      return this.#store(commits);
    }
    this.#context.connection.clock.schedule(0, () => {
      // Unless a heartbeat has said so meanwhile: what we are now may be a new member.
      if (memberId === this.#memberId && generation === this.#generation) this.#rejected(rejection);
    });
    return [...failures, ...valid.map((commit) => fenced(commit, `${rejection} in the group`))];
  }

  #scheduleHeartbeat(): void {
    const { connection, coordinator, options } = this.#context;
    this.#cancelHeartbeat = connection.clock.schedule(options.heartbeatIntervalMs, () => {
      this.#scheduleHeartbeat();
      if (!connection.up || this.#joining !== undefined || this.#memberId === '') return;
      const answer = coordinator.heartbeat(this.#memberId, this.#generation);
      if (answer === 'rebalancing') this.#wanted.resolve();
      else if (answer !== 'ok') this.#rejected(answer);
    });
  }

  /** The group goes on without us: everything is lost, and unless our name is taken we join anew. */
  #rejected(rejection: Rejection): void {
    if (this.#over) return;
    if (rejection === 'fenced instance') {
      const { instanceId, group } = this.#context.options;
      const message = `Another process has joined group ${group} as static member ${instanceId}. Give each process its own instanceId`;
      this.#die(new PartitaError('MEMBER_FENCED', message));
      return;
    }
    if (rejection === 'unknown member') this.#memberId = '';
    this.#generation = -1;
    this.#lastAssigned = [];
    this.#lose([...this.#owned.values()]);
    this.#wanted.resolve();
  }

  #lose(partitions: readonly TopicPartition[]): void {
    if (partitions.length === 0) return;
    const list = partitions.map(({ topic, partition }) => ({ topic, partition }));
    this.#feed.stop(list);
    for (const partition of list) this.#owned.delete(formatPartition(partition));
    this.#context.listener.lost(list);
  }

  async #topicsChanged(): Promise<void> {
    const { connection, topics } = this.#context;
    await connection.whenUp();
    if (this.#over || connection.crashed) return;
    const deleted = [...this.#owned.values()].filter((owned) => topics.find(owned) !== owned.log);
    this.#lose(deleted);
    const { hasNewTopics, hasNewPartitions } = this.#interest;
    if (deleted.length > 0 || hasNewTopics || (this.#isLeader && hasNewPartitions))
      this.#wanted.resolve();
  }

  #die(error: unknown): void {
    if (this.#over) return;
    // Nobody is left in a killed process who could be told.
    if (this.#context.connection.crashed) {
      this.#end(false);
      return;
    }
    const reason = PartitaError.is(error)
      ? error
      : new PartitaError('INTERNAL', 'The memory backend failed', { cause: error });
    this.#lose([...this.#owned.values()]);
    this.#end(true);
    this.#context.listener.failed(reason);
  }

  #end(leaves: boolean): void {
    this.#over = true;
    this.#leaves = leaves;
    this.#cancelHeartbeat();
    this.#unwatch();
    this.#feed.stopAll();
    this.#ended.resolve();
    this.#leaveAs(this.#memberId);
  }

  /** A crashed or frozen process tells nobody. */
  #leaveAs(memberId: string): void {
    if (this.#leaves && memberId !== '' && this.#context.connection.up)
      this.#context.coordinator.remove(memberId);
  }

  #report(state: MembershipState['state'], assignor?: string): void {
    this.#context.listener.membership?.({
      memberId: this.#memberId,
      generation: this.#generation,
      state,
      isLeader: this.#isLeader,
      ...(assignor !== undefined && { assignor }),
    });
  }
}
