import { createGroupSession } from '../../../src/backends/kafka/group/group-session.ts';
import {
  type AssignedPartition,
  type Cancel,
  formatPartition,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  type MembershipState,
  type PartitaError,
  silentLogger,
  sleep,
  type TopicPartition,
} from '../../../src/core/index.ts';
import type { SimCluster, SimWire } from './sim-cluster.ts';

interface Held extends AssignedPartition {
  next: number;
  /** The time for handing it over is up: what is done with it from now on does not count. */
  late: boolean;
}

export interface SimMemberOptions {
  readonly name: string;
  readonly options: GroupOptions;
  /** Longest time a hand-over takes; some take longer than they may. */
  readonly drainMs?: number;
  readonly metadataRefreshMs?: number;
  /** Told before a partition counts as held. */
  readonly taking?: (partition: AssignedPartition, by: SimMember) => void;
}

/** A session with a small engine: it works through what it holds, commits as it goes and once more when it hands over. */
export class SimMember implements GroupListener {
  readonly name: string;
  readonly options: GroupOptions;
  readonly held = new Map<string, Held>();
  readonly log: string[] = [];
  readonly errors: PartitaError[] = [];
  readonly session: GroupSession;
  state: MembershipState | undefined;
  /** Closed, killed or dead. */
  gone = false;
  readonly #cluster: SimCluster;
  readonly #wire: SimWire;
  readonly #drainMs: number;
  readonly #taking: NonNullable<SimMemberOptions['taking']>;
  #work: Cancel | undefined;

  constructor(cluster: SimCluster, given: SimMemberOptions) {
    const { name, options, drainMs = 0, taking = () => {}, metadataRefreshMs = 5_000 } = given;
    this.name = name;
    this.options = options;
    this.#cluster = cluster;
    this.#drainMs = drainMs;
    this.#taking = taking;
    this.#wire = cluster.wire();
    const { clock, random } = cluster;
    const env = { clock, random, log: silentLogger, clientId: name };
    const createFetcher = () => ({
      add() {},
      remove() {},
      pause() {},
      resume() {},
      seek() {},
      close: () => Promise.resolve(),
    });
    const deps = { wire: this.#wire, env, createFetcher, metadataRefreshMs };
    this.session = createGroupSession(deps, options, this);
    this.#schedule();
  }

  get names(): string {
    return [...this.held.keys()].sort().join(' ');
  }

  assigned(added: readonly AssignedPartition[]): void {
    this.#note(`assigned ${list(added)}`);
    for (const partition of added) {
      this.#taking(partition, this);
      this.held.set(formatPartition(partition), {
        ...partition,
        next: partition.position.offset,
        late: false,
      });
    }
  }

  async revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    this.#note(`revoked ${list(removed)}`);
    const { clock, random } = this.#cluster;
    const leaving = this.#heldOf(removed);
    clock.schedule(deadlineMs, () => {
      for (const each of leaving) each.late = true;
    });
    if (this.#drainMs > 0) await sleep(clock, random() * this.#drainMs);
    await Promise.race([this.#commit(leaving), sleep(clock, deadlineMs)]);
    this.#release(leaving);
    this.#note(`released ${list(removed)}`);
  }

  lost(removed: readonly TopicPartition[]): void {
    this.#note(`lost ${list(removed)}`);
    this.#release(this.#heldOf(removed));
  }

  records(): boolean {
    throw new Error('nobody pushes records here');
  }

  failed(error: PartitaError): void {
    this.errors.push(error);
    if (error.retriable) return;
    this.#note(`failed ${error.code}`);
    // The engine closes a dead session when it has heard of it.
    this.#cluster.clock.schedule(0, () => void this.kill());
  }

  membership(state: MembershipState): void {
    this.state = state;
  }

  /** In order: everything committed, the group told or not. */
  async close(leave: boolean): Promise<void> {
    await this.#commit([...this.held.values()]);
    this.gone = true;
    this.held.clear();
    this.#work?.();
    await this.session.close({ leave });
    await this.#wire.close();
  }

  /** Cut off from all brokers for a while. */
  async goOffline(ms: number): Promise<void> {
    this.#wire.offline = true;
    await sleep(this.#cluster.clock, ms);
    this.#wire.offline = false;
  }

  /** As `kill -9`: nothing is said to anybody. */
  async kill(): Promise<void> {
    this.gone = true;
    this.held.clear();
    this.#work?.();
    await Promise.all([this.#wire.close(), this.session.close()]);
  }

  #schedule(): void {
    const { clock, random } = this.#cluster;
    this.#work = clock.schedule(50 + random() * 400, () => {
      for (const held of this.held.values()) held.next += Math.floor(random() * 3);
      void this.#commit([...this.held.values()]);
      this.#schedule();
    });
  }

  async #commit(held: readonly Held[]): Promise<void> {
    const commits = held.map(({ topic, partition, epoch, next }) => {
      return { topic, partition, epoch, position: { offset: next }, metadata: this.name };
    });
    await this.session.commit(commits).catch(() => []);
  }

  #heldOf(partitions: readonly TopicPartition[]): readonly Held[] {
    return partitions.flatMap((each) => this.held.get(formatPartition(each)) ?? []);
  }

  /** Unless it has been assigned again by now: a hand-over may take longer than it may. */
  #release(leaving: readonly Held[]): void {
    for (const each of leaving) {
      const key = formatPartition(each);
      if (this.held.get(key) === each) this.held.delete(key);
    }
  }

  #note(what: string): void {
    this.log.push(`${this.#cluster.clock.now() % 10_000_000} ${what}`);
  }
}

function list(partitions: readonly TopicPartition[]): string {
  return partitions.map(formatPartition).sort().join(' ');
}
