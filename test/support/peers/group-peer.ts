/** A member of a group, whoever wrote its client: what a test sees of it from outside. */
export interface GroupPeer {
  /** Partitions that it owns now, by `topic-partition`. */
  readonly owned: ReadonlySet<string>;
  /** What happened to its partitions, in order: `assigned …`, `revoked …`, `lost …`, `failed …`. */
  readonly log: readonly string[];
  /** Every record that it handled. */
  readonly handled: readonly Handled[];
  /** Gives its partitions up, with their positions committed, and leaves the group. */
  leave(): Promise<void>;
}

export interface Handled {
  readonly value: string;
  readonly atMs: number;
}

/** Partitions that a member was assigned and never had to give up. */
export function keptThroughout({ owned, log }: GroupPeer): Set<string> {
  const moved = log.flatMap((line) => (/^(revoked|lost)/.test(line) ? line.split(' ') : []));
  return new Set([...owned].filter((name) => !moved.includes(name)));
}

/** The longest time in which nothing of one of these partitions was handled, in milliseconds, until now. */
export function longestGapMs({ handled }: GroupPeer, partitions: ReadonlySet<string>): number {
  const now = performance.now();
  const gaps = [...partitions].flatMap((name) => {
    const number = name.slice(name.lastIndexOf('-') + 1);
    const times = handled.filter(({ value }) => value.startsWith(`${number}/`));
    return times.map(({ atMs }, i) => (times[i + 1]?.atMs ?? now) - atMs);
  });
  // A partition of which nothing was handled at all stood still as well.
  return partitions.size > 0 && gaps.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, ...gaps);
}
