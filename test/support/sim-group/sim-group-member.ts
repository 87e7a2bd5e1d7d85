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
  /** How long it takes to finish what is under way. */
  readonly drainMs?: () => number;
}

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
    await sleep(this.#clock(clock), Math.min(neededMs, deadlineMs * 0.9));
    await this.commit(removed);
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
  async commit(partitions: readonly TopicPartition[]): Promise<readonly CommitFailure[]> {
    const commits = partitions.flatMap((partition) => {
      const work = this.working.get(formatPartition(partition));
      if (work === undefined) return [];
      work.offset++;
      const { topic, partition: number, epoch } = work.claimed;
      const position = { offset: work.offset, token: `t${work.offset}` };
      return [{ topic, partition: number, epoch, position, metadata: '' }];
    });
    return commits.length === 0 ? [] : this.coordinator.commit(commits);
  }

  commitAll(): Promise<readonly CommitFailure[]> {
    return this.commit([...this.working.values()].map(({ claimed }) => claimed));
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
    await this.commitAll();
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
