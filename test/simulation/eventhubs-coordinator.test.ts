import { describe, expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../src/assignors/index.ts';
import type { Assignor, CheckpointEntry, ClaimedPartition } from '../../src/core/index.ts';
import { formatPartition, sleep } from '../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { SimGroupMember } from '../support/sim-group/sim-group-member.ts';
import { SimStore } from '../support/sim-group/sim-store.ts';

const scenarios: Record<string, readonly Assignor[]> = {
  'cooperative-sticky': [cooperativeSticky],
  sticky: [sticky],
  range: [range],
  roundrobin: [roundRobin],
};

/** A group with members that come, go, die and stand still, on a store that fails; checked whenever a partition moves. */
class Simulation {
  readonly clock = new VirtualClock();
  readonly store: SimStore;
  readonly members: SimGroupMember[] = [];
  readonly violations: string[] = [];
  readonly topics = new Map([
    ['a', 6],
    ['b', 3],
  ]);
  readonly random: () => number;
  readonly #assignors: readonly Assignor[];
  readonly #stored = new Map<string, CheckpointEntry>();

  constructor(seed: number, assignors: readonly Assignor[]) {
    this.random = seededRandom(seed);
    this.#assignors = assignors;
    this.store = new SimStore({
      clock: this.clock,
      random: this.random,
      skewMs: (this.random() - 0.5) * 16_000,
    });
    this.store.onCheckpoint = (entry) => this.#stores(entry);
  }

  get living(): readonly SimGroupMember[] {
    return this.members.filter(({ isAlive }) => isAlive);
  }

  get isSettled(): boolean {
    const owned = this.living.flatMap(({ working, draining }) =>
      [...working.keys()].filter((key) => !draining.has(key)),
    );
    return owned.length === 9 && new Set(owned).size === 9;
  }

  join(): void {
    const name = `m${this.members.length}`;
    this.members.push(
      new SimGroupMember({
        name,
        clock: this.clock,
        random: this.random,
        store: this.store,
        topics: this.topics,
        assignors: this.#assignors,
        begins: (member, partition) => this.#begins(member, partition),
        drainMs: () => this.random() * 8_000,
      }),
    );
  }

  /** For that long, something happens every few seconds. */
  async disturb(durationMs: number): Promise<void> {
    const endMs = this.clock.now() + durationMs;
    while (this.clock.now() < endMs) {
      await this.clock.advance(500 + this.random() * 8_000);
      this.#checkOwners();
      this.#step();
      for (const member of this.living)
        if (!member.isPaused && this.random() < 0.7) void member.commitAll();
    }
  }

  #step(): void {
    const chance = this.random();
    const member = this.living[Math.floor(this.random() * this.living.length)];
    if (chance < 0.15 && this.living.length < 5) this.join();
    else if (member === undefined) this.join();
    else if (chance < 0.22 && this.living.length > 1) member.kill();
    else if (chance < 0.32 && !member.isPaused) void member.leave();
    else if (chance < 0.45) this.#pause(member);
    else if (chance < 0.5) this.#outage();
    else if (chance < 0.6) this.store.latencyMs = this.random() < 0.5 ? 20 : 4_000;
    else if (chance < 0.7) this.#cutOff(member);
    else if (chance < 0.75) member.coordinator.requestRejoin('the simulation says so');
  }

  #pause(member: SimGroupMember): void {
    member.pause();
    void sleep(this.clock, this.random() * 70_000).then(() => {
      // What a process does first when it goes on is chance: its timers, or what it was about to do.
      const commitsFirst = this.random() < 0.5;
      member.resume({ before: () => commitsFirst && void member.commitAll() });
    });
  }

  #cutOff(member: SimGroupMember): void {
    member.isCut = true;
    void sleep(this.clock, this.random() * 90_000).then(() => {
      member.isCut = false;
    });
  }

  #outage(): void {
    this.store.isDown = true;
    void sleep(this.clock, this.random() * 60_000).then(() => {
      this.store.isDown = false;
    });
  }

  #begins(member: SimGroupMember, partition: ClaimedPartition): void {
    const key = formatPartition(partition);
    for (const other of this.members)
      if (other !== member && !other.isPaused && other.working.has(key))
        this.#violation(`${member.name} begins ${key} while ${other.name} works on it`);
  }

  #checkOwners(): void {
    const working = this.members
      .filter(({ isPaused }) => !isPaused)
      .flatMap((member) => [...member.working.keys()]);
    const twice = working.filter((key, i) => working.indexOf(key) !== i);
    if (twice.length > 0) this.#violation(`${twice.join()} have two owners at work`);
  }

  /** Neither a position nor the ownership it was stored under may be older than the one before. */
  #stores(entry: CheckpointEntry): void {
    const key = formatPartition(entry);
    const before = this.#stored.get(key);
    this.#stored.set(key, entry);
    if (before === undefined) return;
    if ((entry.offset ?? 0) < (before.offset ?? 0))
      this.#violation(`${key} went back from ${before.offset} to ${entry.offset}`);
    if ((entry.generation ?? 0) < (before.generation ?? 0))
      this.#violation(
        `${key} was committed by generation ${entry.generation} after ${before.generation}`,
      );
  }

  #violation(what: string): void {
    this.violations.push(`${this.clock.now()}: ${what}`);
  }
}

const seeds = Array.from({ length: Number(process.env.SIMULATION_SEEDS ?? 12) }, (_, i) => i + 1);

describe.each(Object.entries(scenarios))('a group in a checkpoint store, %s', (_, assignors) => {
  it.each(seeds)('has one owner per partition and settles, seed %i', async (seed) => {
    const sim = new Simulation(seed, assignors);
    sim.store.faults = { fail: 0.02, loseAnswer: 0.01, late: 0.01 };
    sim.join();
    sim.join();
    await sim.disturb(600_000);
    sim.store.faults = { fail: 0, loseAnswer: 0, late: 0 };
    sim.store.latencyMs = 20;
    await sim.clock.advance(100_000);
    if (sim.living.length === 0) sim.join();
    await sim.clock.until(() => sim.isSettled, { limitMs: 300_000, what: 'the group settles' });
    await sim.clock.advance(60_000);
    const moves = sim.members.map(({ log }) => log.length);
    await sim.clock.advance(120_000);
    expect(sim.violations).toEqual([]);
    expect(sim.isSettled).toBe(true);
    expect(sim.members.map(({ log }) => log.length)).toEqual(moves);
    const failures = (
      await Promise.all([
        ...sim.living.map((member) => member.commitAll()),
        sim.clock.advance(1_000),
      ])
    ).flat();
    expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
  });
});
