import { Coordinator } from '../../../src/backends/eventhubs/coordinator/coordinator.ts';
import type { CoordinatorOptions } from '../../../src/backends/eventhubs/coordinator/options.ts';
import {
  type Assignor,
  type Cancel,
  type ClaimedPartition,
  type Clock,
  type CommitFailure,
  type CoordinatorListener,
  formatPartition,
  type MembershipState,
  type OwnerLevel,
  type PartitaError,
  type Random,
  silentLogger,
  sleep,
  type TopicPartition,
} from '../../../src/core/index.ts';
import type { SimStore } from './sim-store.ts';

export interface SimMemberOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Pick<SimStore, 'connect'>;
  readonly topics: ReadonlyMap<string, number>;
  readonly assignors: readonly Assignor[];
  readonly more?: Partial<CoordinatorOptions>;
  /** Called before a partition is worked on. */
  readonly begins?: (member: SimGroupMember, partition: ClaimedPartition) => void;
  /** A record was handled. */
  readonly handled?: (partition: TopicPartition, offset: number) => void;
  /** How long it takes to finish what is under way. */
  readonly drainMs?: () => number;
}

/** Between two tries of the last commit. */
const RETRY_MS = 500;
/** What a member that leaves takes for its last commit at most. */
const LEAVE_MS = 60_000;

export interface Working {
  readonly claimed: ClaimedPartition;
  offset: number;
}

/** A process with a coordinator: it can stand still, as in a long pause of its garbage collector, or die. */
export class SimGroupMember implements CoordinatorListener {
  readonly name: string;
  readonly working = new Map<string, Working>();
  readonly draining = new Set<string>();
  readonly errors: PartitaError[] = [];
  readonly states: MembershipState[] = [];
  readonly levels: OwnerLevel[] = [];
  readonly log: string[] = [];
  readonly coordinator: Coordinator;
  readonly #options: SimMemberOptions;
  #resumed: Promise<void> = Promise.resolve();
  #resume: () => void = () => {};
  #waiting: (() => void)[] = [];
  isPaused = false;
  /** It reaches the store no more, while others do. */
  isCut = false;
  /** Killed, or about to leave. */
  isDead = false;
  #isKilled = false;

  constructor(options: SimMemberOptions) {
    const { clock, random, store, topics, assignors, name, more } = options;
    this.name = name;
    this.#options = options;
    this.coordinator = new Coordinator({
      store: store.connect({ gate: () => this.#gate(), isCut: () => this.isCut }),
      env: { clock: this.#clock(clock), random, log: silentLogger, clientId: name },
      namespace: 'ns.example.net',
      group: 'g',
      topics: [...topics.keys()],
      assignors,
      sessionTimeoutMs: 30_000,
      heartbeatIntervalMs: 3_000,
      rebalanceTimeoutMs: 20_000,
      partitionCounts: async () => topics,
      listener: this,
      ...more,
    });
  }

  get isAlive(): boolean {
    return !this.isDead;
  }

  get owned(): string {
    return [...this.working.keys()].sort().join(' ');
  }

  get generation(): number {
    return this.states.at(-1)?.generation ?? -1;
  }

  assigned(added: readonly ClaimedPartition[]): void {
    this.log.push(`assigned ${names(added)}`);
    for (const claimed of added) {
      this.#options.begins?.(this, claimed);
      this.working.set(formatPartition(claimed), {
        claimed,
        offset: claimed.position?.offset ?? 0,
      });
    }
  }

  async revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    this.log.push(`revoked ${names(removed)}`);
    for (const partition of removed) this.draining.add(formatPartition(partition));
    const { clock, drainMs = () => 100 } = this.#options;
    const neededMs = drainMs();
    const startedMs = clock.now();
    await sleep(this.#clock(clock), Math.min(neededMs, deadlineMs * 0.9));
    if (!this.isDead) this.handle(removed);
    await this.#commitLast(removed, startedMs + deadlineMs);
    for (const partition of removed) this.#stop(partition);
  }

  lost(removed: readonly TopicPartition[]): void {
    this.log.push(`lost ${names(removed)}`);
    for (const partition of removed) this.#stop(partition);
  }

  ownerLevels(changed: readonly OwnerLevel[]): void {
    this.levels.push(...changed);
  }

  failed(error: PartitaError): void {
    this.errors.push(error);
  }

  membership(state: MembershipState): void {
    this.states.push(state);
  }

  /** Handles one record of each and stores the position. */
  commit(partitions: readonly TopicPartition[]): Promise<readonly CommitFailure[]> {
    this.handle(partitions);
    return this.#store(partitions);
  }

  /** Handles one record of each. */
  handle(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const work = this.working.get(formatPartition(partition));
      if (work === undefined) continue;
      this.#options.handled?.(partition, work.offset);
      work.offset++;
    }
  }

  async #store(partitions: readonly TopicPartition[]): Promise<readonly CommitFailure[]> {
    const commits = partitions.flatMap((partition) => {
      const work = this.working.get(formatPartition(partition));
      if (work === undefined) return [];
      const { topic, partition: number, epoch } = work.claimed;
      const position = { offset: work.offset, token: `t${work.offset}` };
      return [{ topic, partition: number, epoch, position, metadata: '' }];
    });
    return commits.length === 0 ? [] : this.coordinator.commit(commits);
  }

  /** As an engine before it gives something up: until it works, is hopeless, or the deadline is over. */
  async #commitLast(partitions: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    let left: readonly TopicPartition[] = partitions;
    for (;;) {
      const failures = await this.#store(left);
      left = failures.filter(({ error }) => error.retriable);
      if (left.length === 0 || clock.now() + RETRY_MS >= deadlineMs) return;
      await sleep(this.#clock(clock), RETRY_MS);
    }
  }

  /** Handles and stores one record of each that it goes on with. */
  commitStaying(): Promise<readonly CommitFailure[]> {
    return this.commit(this.#staying);
  }

  get #staying(): readonly TopicPartition[] {
    return this.#all.filter((partition) => !this.draining.has(formatPartition(partition)));
  }

  get #all(): readonly TopicPartition[] {
    return [...this.working.values()].map(({ claimed }) => claimed);
  }

  commitAll(): Promise<readonly CommitFailure[]> {
    return this.commit(this.#all);
  }

  /** Handles one record of each that it goes on with. */
  handleStaying(): void {
    this.handle(this.#staying);
  }

  pause(): void {
    if (this.isPaused || this.isDead) return;
    this.isPaused = true;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume({ before }: { readonly before?: () => void } = {}): void {
    if (!this.isPaused || this.#isKilled) return;
    this.isPaused = false;
    before?.();
    const due = this.#waiting;
    this.#waiting = [];
    for (const run of due) run();
    this.#resume();
  }

  kill(): void {
    this.pause();
    this.#isKilled = true;
    this.isDead = true;
    this.working.clear();
    this.draining.clear();
  }

  async leave(): Promise<void> {
    this.isDead = true;
    this.handle(this.#staying);
    await this.#commitLast(this.#all, this.#options.clock.now() + LEAVE_MS);
    this.working.clear();
    this.draining.clear();
    await this.coordinator.close({ leave: true });
  }

  #stop(partition: TopicPartition): void {
    this.working.delete(formatPartition(partition));
    this.draining.delete(formatPartition(partition));
  }

  #gate(): Promise<void> {
    return this.isPaused ? this.#resumed : Promise.resolve();
  }

  /** Timers of a process that stands still run when it goes on. */
  #clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      schedule: (delayMs, run): Cancel => {
        let isCancelled = false;
        const cancel = clock.schedule(delayMs, () => {
          if (!this.isPaused) run();
          else
            this.#waiting.push(() => {
              if (!isCancelled) run();
            });
        });
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }
}

function names(partitions: readonly TopicPartition[]): string {
  return partitions.map(formatPartition).sort().join(' ');
}
