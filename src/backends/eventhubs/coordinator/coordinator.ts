import {
  type Cancel,
  type CommitFailure,
  formatPartition,
  type GroupCoordinator,
  type MembershipState,
  PartitaError,
  type PartitionCommit,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import { type Followed, GroupFollower } from './group-follower.ts';
import { type HeldPartition, HeldPartitions } from './held-partitions.ts';
import { loadConnected } from './load-connected.ts';
import { Membership } from './membership.ts';
import {
  type CoordinatorOptions,
  type ResolvedCoordinatorOptions,
  resolveCoordinatorOptions,
} from './options.ts';
import { SelfDescription } from './self-description.ts';
import { checkStart } from './start-check.ts';
import { StolenPartitions } from './stolen-partitions.ts';
import { StoreCalls } from './store-calls.ts';
import { TopicNames } from './topic-names.ts';

/**
 * A member of a group that is kept in a checkpoint store. No leader: with every tick each member sends a heartbeat, reads all
 * there is of the group, calculates the same assignment as the others, gives up what is not its own any more, and claims what
 * is free and its own.
 */
export class Coordinator implements GroupCoordinator {
  readonly #options: ResolvedCoordinatorOptions;
  readonly #names: TopicNames;
  readonly #self: SelfDescription;
  readonly #calls: StoreCalls;
  readonly #membership: Membership;
  readonly #held = new HeldPartitions();
  readonly #checkpoints: CheckpointWriter;
  readonly #follower: GroupFollower;
  readonly #stolen: StolenPartitions;
  readonly #stopping = new AbortController();
  #cancelTick: Cancel = () => {};
  #beating: Promise<unknown> = Promise.resolve();
  #syncing: Promise<unknown> = Promise.resolve();
  #isBeating = false;
  #isSyncing = false;
  #hasJoined = false;
  #hasSettled = false;
  #told: MembershipState | undefined;
  #closing: Promise<void> | undefined;

  /** @throws InvalidConfigError */
  constructor(given: CoordinatorOptions) {
    const options = resolveCoordinatorOptions(given);
    const { env, store, namespace, group, heartbeatIntervalMs, sessionTimeoutMs } = options;
    this.#options = options;
    this.#names = new TopicNames(options.topics);
    this.#self = new SelfDescription(options, this.#names.keys);
    this.#calls = new StoreCalls({
      store,
      env,
      group: { namespace, group },
      timeoutMs: Math.round(Math.min(10_000, sessionTimeoutMs / 3)),
      outageMs: heartbeatIntervalMs,
      trouble: (error) => this.#tell(error),
    });
    this.#membership = new Membership({
      calls: this.#calls,
      clock: env.clock,
      describe: () => this.#self.entry,
      expired: () => this.#expired(),
      fenced: () => this.#fenced(),
    });
    this.#checkpoints = new CheckpointWriter({
      calls: this.#calls,
      held: this.#held,
      membership: this.#membership,
      self: this.#self.memberId,
      lost: (held) => this.#lose([held], 'another member owns them'),
    });
    this.#stolen = new StolenPartitions(env.clock, env.random, heartbeatIntervalMs);
    this.#follower = new GroupFollower({
      options,
      self: this.#self.memberId,
      names: this.#names,
      calls: this.#calls,
      held: this.#held,
      membership: this.#membership,
      checkpoints: this.#checkpoints,
      stolen: this.#stolen,
      stopping: this.#stopping.signal,
      lose: (all, why) => this.#lose(all, why),
      tell: (error) => this.#tell(error),
    });
    this.#syncing = this.#start();
  }

  get memberId(): string {
    return this.#self.memberId;
  }

  async commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    const errors = await Promise.all(
      commits.map((commit) =>
        this.#checkpoints.commit({ ...commit, topic: commit.topic.toLowerCase() }),
      ),
    );
    return commits.flatMap(({ topic, partition }, i) => {
      const error = errors[i];
      return error === undefined ? [] : [{ topic, partition, error }];
    });
  }

  requestRejoin(reason: string): void {
    this.#options.env.log.debug(`Group ${this.#options.group}: looking at it now, ${reason}`);
    if (this.#hasJoined) this.#schedule(0);
  }

  stolen({ topic, partition }: TopicPartition): void {
    const held = this.#held.get({ topic: topic.toLowerCase(), partition });
    if (held === undefined || held.phase === 'claimed') return;
    const delayMs = this.#stolen.add(held);
    this.#lose(
      [held],
      `another receiver is connected; claimed again in ${delayMs} ms if still ours`,
    );
    this.requestRejoin('a receiver was disconnected');
  }

  close({ leave = false }: { readonly leave?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(leave);
    return this.#closing;
  }

  async #start(): Promise<void> {
    const { env, heartbeatIntervalMs } = this.#options;
    this.#tellMembership('joining');
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#calls.check();
        await this.#self.countPartitions();
        const snapshot = await checkStart(this.#options, this.#calls, this.#self);
        if (this.#stopping.signal.aborted) return;
        const replaces = await this.#membership.join(snapshot);
        this.#hasJoined = true;
        // Whoever had our member id hears with its next heartbeat that it is fenced.
        if (replaces) this.#follower.holdBack(2 * heartbeatIntervalMs);
        this.#scheduleNext();
        // The heartbeat has just been sent.
        this.#syncing = this.#sync();
        return;
      } catch (error) {
        if (!PartitaError.is(error) || !error.retriable) return this.#die(error);
        this.#tell(error);
        await sleep(env.clock, heartbeatIntervalMs, this.#stopping.signal);
      }
    }
  }

  /** Members that began together would else meet at the store for ever. */
  #scheduleNext(): void {
    const { env, heartbeatIntervalMs } = this.#options;
    this.#schedule(heartbeatIntervalMs * (0.9 + env.random() * 0.2));
  }

  #schedule(delayMs: number): void {
    this.#cancelTick();
    if (this.#stopping.signal.aborted) return;
    this.#cancelTick = this.#options.env.clock.schedule(delayMs, () => this.#tick());
  }

  #tick(): void {
    this.#scheduleNext();
    if (this.#held.all().length > 0 && !this.#membership.isLeased) this.#expired();
    // Each at its own pace: a slow list or many claims must not hold up the heartbeat.
    if (!this.#isBeating) this.#beating = this.#beat();
    if (!this.#isSyncing) this.#syncing = this.#sync();
  }

  async #beat(): Promise<void> {
    this.#isBeating = true;
    try {
      await this.#membership.beat();
    } catch (error) {
      this.#unexpected(error);
    } finally {
      this.#isBeating = false;
    }
  }

  async #sync(): Promise<void> {
    this.#isSyncing = true;
    try {
      await this.#self.refreshPartitions();
      const snapshot = await loadConnected(this.#calls, this.#names.keys);
      if (this.#stopping.signal.aborted) return;
      const followed = await this.#follower.follow(snapshot);
      if (followed !== undefined) this.#tellProgress(followed);
    } catch (error) {
      this.#unexpected(error);
    } finally {
      this.#isSyncing = false;
    }
  }

  #expired(): void {
    if (this.#membership.isLeased) return;
    this.#lose(
      this.#held.all(),
      `no heartbeat got through for ${this.#options.sessionTimeoutMs} ms, other members may own them by now`,
    );
  }

  #fenced(): void {
    const { instanceId } = this.#options;
    this.#lose(this.#held.all(), 'another process has joined under the same member id');
    this.#die(
      new PartitaError(
        'MEMBER_FENCED',
        `Another process has joined group ${this.#options.group} as ${instanceId ?? this.memberId}. Give each process an instanceId of its own`,
      ),
    );
  }

  /** Ownership is gone: nothing is written for these any more. */
  #lose(all: readonly HeldPartition[], why: string): void {
    const gone = all.filter((held) => this.#held.drop(held));
    const known = gone.filter(({ phase }) => phase !== 'claimed');
    if (known.length === 0) return;
    const { env, group, listener } = this.#options;
    env.log.warn(`Group ${group}: lost ${known.map(formatPartition).join(', ')}: ${why}`);
    listener.lost(this.#names.spelled(known.map(({ topic, partition }) => ({ topic, partition }))));
  }

  async #close(leave: boolean): Promise<void> {
    this.#cancelTick();
    this.#stopping.abort();
    await Promise.all([this.#beating, this.#syncing]);
    const owned = this.#held.all();
    await Promise.all(owned.map(({ writes }) => writes));
    for (const held of owned) this.#held.drop(held);
    const isStatic = this.#options.instanceId !== undefined;
    try {
      if (leave && this.#membership.isLeased) await this.#follower.release(owned);
      await this.#membership.end(leave ? 'leave' : isStatic && this.#hasJoined ? 'rest' : 'vanish');
    } catch (error) {
      // Told by now. The others notice by our last heartbeat.
      this.#options.env.log.debug('The group was left without a word', { error });
    }
    this.#tellMembership('left');
  }

  #die(cause: unknown): void {
    this.#cancelTick();
    this.#stopping.abort();
    const error = PartitaError.is(cause)
      ? cause
      : new PartitaError('INTERNAL', `The coordinator failed: ${String(cause)}`, { cause });
    this.#options.listener.failed(error);
  }

  /** Errors of the store were told when they happened; anything else is a defect, of an assignor for instance. */
  #unexpected(cause: unknown): void {
    if (PartitaError.is(cause)) return;
    this.#tell(
      new PartitaError(
        'INTERNAL',
        `A look at the group failed, the next one follows: ${String(cause)}`,
        {
          cause,
          retriable: true,
        },
      ),
    );
  }

  #tell(error: PartitaError): void {
    if (!this.#stopping.signal.aborted) this.#options.listener.failed(error);
  }

  #tellProgress({ isSettled, generation, assignor }: Followed): void {
    // "Joined" has to be seen also by those who get nothing.
    if (!this.#hasSettled && isSettled && this.#held.all().length === 0)
      this.#options.listener.assigned([]);
    this.#hasSettled ||= isSettled;
    this.#tellMembership(isSettled ? 'stable' : 'joining', generation, assignor.name);
  }

  #tellMembership(
    state: MembershipState['state'],
    generation: number = this.#told?.generation ?? -1,
    assignor: string | undefined = this.#told?.assignor,
  ): void {
    const told = this.#told;
    if (told?.state === state && told.generation === generation && told.assignor === assignor)
      return;
    this.#told = {
      memberId: this.memberId,
      generation,
      state,
      isLeader: false,
      ...(assignor !== undefined && { assignor }),
    };
    this.#options.listener.membership?.(this.#told);
  }
}
