import type { HandledEntry } from './handled-log.ts';

export interface FleetVerdict {
  readonly handled: number;
  readonly lost: number;
  /** Handled again although nobody died in between. */
  readonly repeated: number;
  /** In the log twice: the producer wrote it again. Not counted as repeated. */
  readonly writtenTwice: number;
  /** Handled again after the first one to handle it was killed. */
  readonly repeatedAfterKill: number;
  /** How long before the kill the oldest of these had been handled for the first time, in milliseconds. */
  readonly crashWindowMs: number;
  /** Handled for the first time although an earlier record of the same key had not been. Repeats do not count. */
  readonly overtaken: number;
  /** Handled after, or at the same place as, a later record of the same key, without a killed member in between. */
  readonly outOfOrder: number;
}

/**
 * Compares what was produced (records per key, numbered from 1) with what the members noted down. `killed` names the
 * members that were killed, and when.
 */
export function auditFleet(
  entries: readonly HandledEntry[],
  producedPerKey: readonly number[],
  killed: ReadonlyMap<string, bigint> = new Map(),
): FleetVerdict {
  const sorted = [...entries].sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
  const seen = producedPerKey.map((count) => new Uint8Array(count + 1));
  const firstByKilled = new Map<string, HandledEntry>();
  const places = new Map<string, string>();
  let writtenTwice = 0;
  const last = new Map<number, HandledEntry>();
  let handled = 0;
  let repeated = 0;
  let repeatedAfterKill = 0;
  let outOfOrder = 0;
  let overtaken = 0;
  const newest = new Map<number, number>();
  let crashWindowMs = 0;
  for (const entry of sorted) {
    const { key, sequence, member } = entry;
    const place = `${key}/${sequence}`;
    const marks = seen[key] as Uint8Array;
    const at = `${entry.partition}/${entry.offset}`;
    const known = places.get(place);
    if (known === undefined) places.set(place, at);
    else if (known !== at) {
      writtenTwice++;
      continue;
    }
    if (marks[sequence] === 0) {
      marks[sequence] = 1;
      handled++;
      if (sequence !== (newest.get(key) ?? 0) + 1) overtaken++;
      newest.set(key, sequence);
      if (killed.has(member)) firstByKilled.set(place, entry);
    } else {
      const first = firstByKilled.get(place);
      if (first === undefined) repeated++;
      else {
        repeatedAfterKill++;
        const beforeMs = Number((killed.get(first.member) ?? first.atNs) - first.atNs) / 1e6;
        crashWindowMs = Math.max(crashWindowMs, beforeMs);
      }
    }
    const before = last.get(key);
    const handedOverByKill =
      before !== undefined && killed.has(before.member) && before.member !== member;
    if (before !== undefined && sequence <= before.sequence && !handedOverByKill) outOfOrder++;
    last.set(key, entry);
  }
  const produced = producedPerKey.reduce((sum, count) => sum + count, 0);
  return {
    handled,
    lost: produced - handled,
    repeated,
    writtenTwice,
    repeatedAfterKill,
    crashWindowMs,
    overtaken,
    outOfOrder,
  };
}
