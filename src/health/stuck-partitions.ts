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

/** Where a partition was seen last. */
interface Seen {
  readonly calls: number;
  readonly frontier: number;
  /** How long it has stood still since, in milliseconds. */
  readonly stillMs: number;
}

/**
 * A look counts for no more than this, in milliseconds: a process that was suspended, or a clock that was set, is no standstill.
 */
const longestLookMs = 5_000;

/**
 * Finds partitions that stand still although the process is fine: records are waiting, or handlers run, and for some time no
 * handler has ended and the position has not moved. A partition that is paused, that an error policy has stopped, or in which
 * no handler runs because the next try is not due yet, stands still on purpose.
 */
export class StuckPartitions {
  readonly #afterMs: number;
  #seen = new Map<string, Seen>();
  #lookedMs: number | undefined;

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** To be called now and then; a standstill counts from the first look that met it. */
  look(consumers: readonly ConsumerStatus[], nowMs: number): readonly StuckPartition[] {
    const sinceMs = Math.max(0, Math.min(longestLookMs, nowMs - (this.#lookedMs ?? nowMs)));
    this.#lookedMs = nowMs;
    const seen = new Map<string, Seen>();
    const stuck: StuckPartition[] = [];
    for (const { name, partitions } of consumers)
      for (const partition of partitions) {
        const key = `${name} ${formatPartition(partition)}`;
        const before = this.#seen.get(key);
        const { calls, frontier } = partition;
        const forMs = isStill(before, partition) ? before.stillMs + sinceMs : 0;
        seen.set(key, { calls, frontier, stillMs: forMs });
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
  if (!isAtWork || now.paused) return false;
  return now.handlers > 0 || (now.buffered > 0 && now.waiting === 0);
}
