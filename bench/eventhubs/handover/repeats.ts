import { clockSeconds } from '../../../test/support/event-hubs/fleet/process-group.ts';
import type { HandledEntry } from '../../../test/support/fleet/handled-log.ts';

interface Repeats {
  readonly what: string;
  count: number;
  readonly first: HandledEntry;
  last: HandledEntry;
}

/**
 * Who handled once more what who had handled before: a line per partition and pair of members, with seconds of the machine's
 * monotonic clock, as in what members said.
 */
export function repeatsOf(entries: readonly HandledEntry[]): readonly string[] {
  const handled = new Map<string, HandledEntry>();
  const found = new Map<string, Repeats>();
  for (const entry of [...entries].sort((a, b) => (a.atNs < b.atNs ? -1 : 1))) {
    const { partition, offset, member } = entry;
    const before = handled.get(`${partition}/${offset}`);
    if (before === undefined) {
      handled.set(`${partition}/${offset}`, entry);
      continue;
    }
    const what = `partition ${partition}, ${member} after ${before.member}`;
    const known = found.get(what) ?? { what, count: 0, first: entry, last: entry };
    found.set(what, known);
    known.count++;
    known.last = entry;
  }
  return [...found.values()].map(({ what, count, first, last }) => {
    const when = `${clockSeconds(first.atNs)} to ${clockSeconds(last.atNs)}`;
    return `${what}: ${count} events, ${first.offset} to ${last.offset}, from ${when}`;
  });
}
