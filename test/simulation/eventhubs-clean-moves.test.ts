import { describe, expect, it } from 'vitest';
import { cooperativeSticky, range } from '../../src/assignors/index.ts';
import type { Assignor, ClaimedPartition } from '../../src/core/index.ts';
import { formatPartition, sleep, type TopicPartition } from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { SimGroupMember } from '../support/sim-group/sim-group-member.ts';
import { SimStore } from '../support/sim-group/sim-store.ts';

const PARTITIONS = 8;

interface Receiver {
  readonly member: SimGroupMember;
  readonly claimed: ClaimedPartition;
}

/** Members that start together, join and leave, none of which dies, on a store that may be slow but is always there. */
class CleanMoves {
  readonly clock = new VirtualClock();
  readonly violations: string[] = [];
  readonly random: () => number;
  readonly members: SimGroupMember[] = [];
  readonly #assignors: readonly Assignor[];
  readonly #topics: ReadonlyMap<string, number>;
  readonly #store: SimStore;
  /** Next record to be handled for the first time. */
  readonly #handled = new Map<string, number>();
  /** The newest of each partition that the service has let in; none of them closes before another one takes its place. */
  readonly #receivers = new Map<string, Receiver>();
  readonly #latenessOfLinks: () => number;
  readonly #committing = new Set<SimGroupMember>();
  #isOver = false;

  constructor(seed: number, assignors: readonly Assignor[], topics: ReadonlyMap<string, number>) {
    this.random = seededRandom(seed);
    this.#latenessOfLinks = seededRandom(seed + 1_000_000);
    this.#assignors = assignors;
    this.#topics = topics;
    this.#store = new SimStore({ clock: this.clock, random: this.random });
    this.#store.sparesHeartbeats = true;
    this.#disturbStore();
    void this.#work();
  }

  get living(): readonly SimGroupMember[] {
    return this.members.filter(({ isAlive }) => isAlive);
  }

  get isSettled(): boolean {
    const owned = this.living.flatMap(({ working, draining }) =>
      [...working.keys()].filter((key) => !draining.has(key)),
    );
    const all = [...this.#topics.values()].reduce((sum, count) => sum + count, 0);
    return owned.length === all && new Set(owned).size === all;
  }

  async startTogether(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.#join();
      await this.clock.advance(this.random() * 3_000);
    }
  }

  async comeAndGo(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      await this.clock.advance(200 + this.random() * 12_000);
      const chance = this.random();
      const member = this.living[Math.floor(this.random() * this.living.length)];
      if (member === undefined || (chance < 0.4 && this.living.length < 5)) this.#join();
      else if (chance < 0.65 && this.living.length > 1) void member.leave();
      else if (chance < 0.75) member.coordinator.requestRejoin('the simulation says so');
      else if (chance < 0.9) this.#hesitate(member);
      else this.#disturbStore();
    }
  }

  async settle(): Promise<void> {
    await this.clock.until(() => this.isSettled, { limitMs: 300_000, what: 'the group settles' });
    this.#isOver = true;
    await this.clock.advance(1_000);
  }

  #disturbStore(): void {
    const pick = (all: readonly number[]) => all[Math.floor(this.random() * all.length)] ?? 0;
    this.#store.latencyMs = pick([5, 20, 300, 1_500, 4_000]);
    this.#store.scanMs = pick([0, 100, 1_000, 4_000]);
    this.#store.faults = pick([0, 1])
      ? { fail: 0, loseAnswer: 0, late: 0 }
      : { fail: 0.01, loseAnswer: 0.02, late: 0.02 };
  }

  #join(): void {
    this.members.push(
      new SimGroupMember({
        name: `m${this.members.length}`,
        clock: this.clock,
        random: this.random,
        store: this.#store,
        topics: this.#topics,
        assignors: this.#assignors,
        begins: (member, partition) => this.#begins(member, partition),
        handled: (partition, offset) => this.#handle(partition, offset),
        drainMs: () => this.random() * 3_000,
        more: { rebalanceTimeoutMs: 60_000 },
      }),
    );
  }

  /** A blocked event loop, much shorter than the lease. */
  #hesitate(member: SimGroupMember): void {
    member.pause();
    void sleep(this.clock, this.random() * 4_000).then(() => member.resume());
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.clock, 250);
      for (const member of this.living) {
        if (member.isPaused) continue;
        member.handleStaying();
        if (this.random() < 0.2) this.#commit(member);
      }
    }
  }

  /** One request at a time, as an engine sends them. */
  #commit(member: SimGroupMember): void {
    if (this.#committing.has(member)) return;
    this.#committing.add(member);
    void member.commitStaying().finally(() => this.#committing.delete(member));
  }

  #handle(partition: TopicPartition, offset: number): void {
    const key = formatPartition(partition);
    const next = this.#handled.get(key) ?? 0;
    if (offset < next) this.#violation(`${key}/${offset} is repeated`);
    if (offset > next) this.#violation(`${key}/${next} is passed over`);
    this.#handled.set(key, Math.max(next, offset + 1));
  }

  #begins(member: SimGroupMember, partition: ClaimedPartition): void {
    const key = formatPartition(partition);
    for (const other of this.members)
      if (other !== member && other.working.has(key))
        this.#violation(`${member.name} begins ${key} while ${other.name} works on it`);
    void sleep(this.clock, this.#latenessOfLinks() * 2_000).then(() =>
      this.#connects({ member, claimed: partition }),
    );
  }

  /** A late link of an owner of before must not come in its successor's way. */
  #connects(receiver: Receiver): void {
    const { member, claimed } = receiver;
    const key = formatPartition(claimed);
    if (!worksOn(receiver)) return;
    const before = this.#receivers.get(key);
    if (before !== undefined && before.claimed.ownerLevel > claimed.ownerLevel)
      this.#violation(`${member.name} is not let in to ${key} because of ${before.member.name}`);
    else if (before !== undefined && before.member !== member && worksOn(before))
      this.#violation(`${member.name} disconnects ${before.member.name} from ${key}`);
    this.#receivers.set(key, receiver);
  }

  #violation(what: string): void {
    this.violations.push(`${this.clock.now()}: ${what}`);
  }
}

function worksOn({ member, claimed }: Receiver): boolean {
  return member.working.get(formatPartition(claimed))?.claimed.epoch === claimed.epoch;
}

const scenarios: Record<string, readonly [Assignor, Readonly<Record<string, number>>]> = {
  'one hub': [cooperativeSticky, { a: PARTITIONS }],
  'two hubs, range': [range, { a: PARTITIONS, b: 3 }],
};
/** In these a look at the group showed an owner before it showed the member; it was taken for gone. */
const found = [33, 114, 137, 182, 186, 228, 263];
const first = Array.from({ length: Number(process.env.SIMULATION_SEEDS ?? 12) }, (_, i) => i + 1);
const seeds = [...new Set([...first, ...found])];

describe.each(Object.entries(scenarios))(
  'members that only come and go, %s',
  (_, [assignor, topics]) => {
    it.each(seeds)('nothing is repeated or passed over, seed %i', async (seed) => {
      const sim = new CleanMoves(seed, [assignor], new Map(Object.entries(topics)));
      await sim.startTogether(3);
      await sim.comeAndGo(12);
      await sim.settle();
      expect(sim.violations.slice(0, 10)).toEqual([]);
      expect(
        sim.members.flatMap(({ log }) => log.filter((line) => line.startsWith('lost'))),
      ).toEqual([]);
    });
  },
);
