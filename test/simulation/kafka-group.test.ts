import { describe, expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../src/assignors/index.ts';
import { type Assignor, formatPartition, sleep } from '../../src/core/index.ts';
import type { OffsetCommitRequest } from '../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../src/testing/index.ts';
import { groupOptions } from '../support/group-options.ts';
import { SimCluster } from '../support/sim-kafka/sim-cluster.ts';
import { SimMember } from '../support/sim-kafka/sim-member.ts';

interface Scenario {
  readonly assignors: readonly (readonly Assignor[])[];
  readonly isStatic: boolean;
}

const scenarios: Record<string, Scenario> = {
  cooperative: { assignors: [[cooperativeSticky]], isStatic: false },
  eager: { assignors: [[range], [range, roundRobin]], isStatic: false },
  sticky: { assignors: [[sticky]], isStatic: false },
  'half way from eager to cooperative': {
    assignors: [[cooperativeSticky, range], [cooperativeSticky]],
    isStatic: false,
  },
  'static cooperative': { assignors: [[cooperativeSticky]], isStatic: true },
  'static eager': { assignors: [[range]], isStatic: true },
};

/** A group with members that come, go, die and stall, on brokers that break; checked at each step. */
class Simulation {
  readonly clock = new VirtualClock();
  readonly random: () => number;
  readonly cluster: SimCluster;
  readonly members: SimMember[] = [];
  readonly violations: string[] = [];
  readonly #scenario: Scenario;
  #born = 0;

  constructor(seed: number, scenario: Scenario) {
    this.#scenario = scenario;
    this.random = seededRandom(seed);
    this.cluster = new SimCluster(this.clock, this.random);
    this.cluster.topics.set('a', 4);
    this.cluster.topics.set('b', 3);
    this.cluster.onCommit = (request) => this.#committed(request);
  }

  get living(): readonly SimMember[] {
    return this.members.filter(({ gone }) => !gone);
  }

  get partitions(): number {
    return [...this.cluster.topics.values()].reduce((sum, count) => sum + count, 0);
  }

  get settled(): boolean {
    const owners = this.living.flatMap((member) => [...member.held.keys()]);
    return (
      this.cluster.group.phase === 'stable' &&
      owners.length === this.partitions &&
      new Set(owners).size === owners.length &&
      this.living.every(({ state }) => state?.state === 'stable')
    );
  }

  start(instance?: string): void {
    const born = ++this.#born;
    const { assignors, isStatic } = this.#scenario;
    const offered = assignors[born % assignors.length] ?? [];
    const instanceId = instance ?? `i${born}`;
    const member = new SimMember(this.cluster, {
      name: `${instanceId}#${born}`,
      drainMs: this.random() < 0.1 ? 20_000 : 2_000,
      taking: (partition, by) => this.#taking(formatPartition(partition), by),
      options: groupOptions({
        group: 'g',
        subscription: { kind: 'topics', topics: ['a', 'b'] },
        assignors: offered,
        ...(isStatic && { instanceId }),
      }),
    });
    this.members.push(member);
  }

  /** One thing that happens to a group in real life. */
  async disturb(): Promise<void> {
    const victim = this.#any(this.living);
    const { cluster, clock } = this;
    const happenings: (() => unknown)[] = [
      () => this.start(),
      () => this.living.length > 1 && victim?.close(true),
      () => this.living.length > 1 && victim?.kill(),
      () => victim?.session.requestRejoin('asked to'),
      () => victim?.goOffline(this.random() * 20_000),
      () => this.#any([...cluster.links])?.cut(),
      () => {
        for (const link of [...cluster.links]) if (this.random() < 0.5) link.cut();
      },
      () => cluster.moveCoordinator(1 + Math.floor(this.random() * 3)),
      async () => {
        cluster.loading = true;
        await sleep(clock, this.random() * 3_000);
        cluster.loading = false;
      },
      // kill -9: nobody coordinates until the controller notices.
      async () => {
        const dead = cluster.coordinatorId;
        cluster.kill(dead);
        await sleep(clock, this.random() * 12_000);
        cluster.moveCoordinator(1 + (dead % 3));
        await sleep(clock, 5_000);
        cluster.down.delete(dead);
      },
      () => {
        if ((cluster.topics.get('a') ?? 0) < 7) cluster.topics.set('a', 1 + this.partitions - 3);
      },
      async () => {
        if (victim === undefined || !this.#scenario.isStatic) return;
        await victim.close(false);
        this.start(victim.options.instanceId);
      },
      () => {
        // A second process by mistake.
        if (victim !== undefined && this.#scenario.isStatic) this.start(victim.options.instanceId);
      },
    ];
    await this.#any(happenings)?.();
  }

  /** For the message of a failure. */
  describe(): string {
    const { phase, generation, members } = this.cluster.group;
    const group = `${phase} in generation ${generation}: ${[...members.keys()].join(' ')}`;
    const each = this.living.map(
      ({ name, state, names, log }) =>
        `${name} ${state?.memberId} ${state?.state} ${state?.generation}: ${names}\n  ${log.slice(-8).join('\n  ')}`,
    );
    return [group, ...each].join('\n');
  }

  #any<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)];
  }

  /** Whoever held it before has let go, or is no member any more: its commits are refused from here on. */
  #taking(key: string, by: SimMember): void {
    for (const other of this.living) {
      if (other === by || other.held.get(key)?.late !== false) continue;
      const { memberId = '', generation = -1 } = other.state ?? {};
      const named = { memberId, generationId: generation };
      const instanceId = other.options.instanceId ?? null;
      const fenced = this.cluster.group.check({ ...named, groupInstanceId: instanceId });
      if (fenced === 0)
        this.violations.push(`${key} was given to ${by.name} while ${other.name} still had it`);
    }
  }

  #committed({ topics, memberId }: OffsetCommitRequest): void {
    for (const { topic, partitions } of topics)
      for (const { partition, offset, metadata } of partitions) {
        const key = `${topic}-${partition}`;
        const before = this.#highest.get(key) ?? -1;
        if (offset < before)
          throw new Error(
            `${key} went back from ${before} to ${offset} by ${metadata} ${memberId}`,
          );
        this.#highest.set(key, offset);
      }
  }

  readonly #highest = new Map<string, number>();
}

async function simulate(seed: number, scenario: Scenario): Promise<Simulation> {
  const simulation = new Simulation(seed, scenario);
  const { clock, cluster } = simulation;
  const failures: unknown[] = [];
  simulation.start();
  simulation.start();
  for (let i = 0; i < 12; i++) {
    simulation.disturb().catch((error: unknown) => failures.push(error));
    await clock.advance(simulation.random() * (simulation.random() < 0.3 ? 20_000 : 2_000));
  }
  await clock.advance(30_000);
  cluster.loading = false;
  cluster.down.clear();
  if (simulation.living.length === 0) simulation.start();
  expect(simulation.violations).toEqual([]);
  await clock
    .until(() => simulation.settled, { limitMs: 180_000, what: 'the group settles' })
    .catch((cause: unknown) => {
      throw new Error(`Never settled. ${simulation.describe()}`, { cause });
    });
  const { generation } = cluster.group;
  await clock.advance(30_000);
  expect({ failures, violations: simulation.violations }).toEqual({ failures: [], violations: [] });
  expect({ settled: simulation.settled, generation: cluster.group.generation }).toEqual({
    settled: true,
    generation,
  });
  await Promise.all([
    ...simulation.living.map((member) => member.close(true)),
    clock.advance(30_000),
  ]);
  return simulation;
}

describe.each(Object.entries(scenarios))(
  'A group of Kafka members in trouble (%s)',
  (_, scenario) => {
    it.each(Array.from({ length: 25 }, (_, seed) => seed))(
      'has one owner per partition, never commits backwards, and settles (seed %d)',
      async (seed) => {
        const simulation = await simulate(seed, scenario);
        expect(simulation.clock.pending).toBe(0);
        expect(simulation.cluster.links.size).toBe(0);
      },
    );
  },
);
