import type { ConsumerStatus, PartitionStatus } from '../core/index.ts';
import { formatPartition } from '../core/index.ts';

/** A partition that has work and gets none of it done. */
export interface StuckPartition {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  /** For how long, in milliseconds. */
  readonly forMs: number;
}

/** When a partition was last seen to get on. */
interface Seen {
  readonly calls: number;
  readonly frontier: number;
  readonly atMs: number;
}

/**
 * Finds partitions that stand still although the process is fine: records are waiting, or handlers run, and for some time no
 * handler has ended and the position has not moved. A record that was parked waits until it is due. A partition that is paused, or that an error policy has stopped, stands
 * still on purpose.
 */
export class StuckPartitions {
  readonly #afterMs: number;
  #seen = new Map<string, Seen>();

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** To be called now and then; a standstill counts from the first look that met it. */
  look(consumers: readonly ConsumerStatus[], nowMs: number): readonly StuckPartition[] {
    const seen = new Map<string, Seen>();
    const stuck: StuckPartition[] = [];
    for (const { name, partitions } of consumers)
      for (const partition of partitions) {
        const key = `${name} ${formatPartition(partition)}`;
        const before = this.#seen.get(key);
        const now = isStill(before, partition)
          ? before
          : { calls: partition.calls, frontier: partition.frontier, atMs: nowMs };
        seen.set(key, now);
        const forMs = nowMs - now.atMs;
        const { topic, partition: number } = partition;
        if (forMs >= this.#afterMs) stuck.push({ consumer: name, topic, partition: number, forMs });
      }
    this.#seen = seen;
    return stuck;
  }
}

function isStill(before: Seen | undefined, now: PartitionStatus): before is Seen {
  if (before === undefined || before.calls !== now.calls || before.frontier !== now.frontier)
    return false;
  const isAtWork = now.state === 'opening' || now.state === 'active' || now.state === 'draining';
  return isAtWork && !now.paused && (now.buffered > (now.postponed ?? 0) || now.handlers > 0);
}
