import { formatPartition, type Health, type PartitionStatus } from '../core/index.ts';
import type { StuckPartition } from './stuck-partitions.ts';

/** What an endpoint answers; 200 when `ok`, 503 when not. */
export interface HealthReport {
  readonly ok: boolean;
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[];
  readonly consumers: readonly {
    readonly name: string;
    readonly group?: string;
    readonly state?: string;
    readonly handled: number;
    readonly partitions: readonly PartitionProgress[];
  }[];
}

/** How a partition gets on. */
export type PartitionProgress = Pick<
  PartitionStatus,
  | 'topic'
  | 'partition'
  | 'state'
  | 'paused'
  | 'frontier'
  | 'committed'
  | 'buffered'
  | 'handlers'
  | 'waiting'
  | 'lag'
  | 'lagMs'
  | 'oldestMs'
> & { readonly stuckMs?: number };

/** Alive: no partition stands still. What only needs time or another service is no reason to be restarted. */
export function liveness(health: Health, stuck: readonly StuckPartition[]): HealthReport {
  const problems = stuck.map(
    ({ consumer, forMs, ...partition }) =>
      `${consumer}: ${formatPartition(partition)} has work, and no handler has ended for ${Math.round(forMs / 1_000)} s`,
  );
  return { ok: problems.length === 0, problems, consumers: consumersOf(health, stuck) };
}

/** Ready: alive, started, joined, and nothing is wrong. */
export function readiness(health: Health, stuck: readonly StuckPartition[]): HealthReport {
  const alive = liveness(health, stuck);
  const joining = health.consumers.flatMap(({ name, membership }) =>
    membership !== undefined && membership.state !== 'stable'
      ? `${name}: the member is ${membership.state}`
      : [],
  );
  const problems = [...new Set([...alive.problems, ...health.problems, ...joining])];
  return { ...alive, ok: problems.length === 0, problems };
}

function consumersOf(
  { consumers }: Health,
  stuck: readonly StuckPartition[],
): HealthReport['consumers'] {
  return consumers.map(({ name, group, membership, counts, partitions }) => ({
    name,
    ...(group !== undefined && { group }),
    ...(membership !== undefined && { state: membership.state }),
    handled: counts.handled,
    partitions: partitions.map((partition) => {
      const { calls: _calls, bufferedBytes: _bytes, ...progress } = partition;
      const still = stuck.find(
        (one) =>
          one.consumer === name &&
          one.topic === partition.topic &&
          one.partition === partition.partition,
      );
      return { ...progress, ...(still !== undefined && { stuckMs: still.forMs }) };
    }),
  }));
}
