import type { HandledEntry } from '../../fleet/handled-log.ts';

export interface Phase {
  readonly name: string;
  readonly fromNs: bigint;
}

export interface PhaseVerdict {
  readonly name: string;
  /** Sent in this phase. */
  readonly produced: number;
  /** Of these, never handled by anybody. */
  readonly lost: number;
  /** Handled in this phase, and not for the first time. */
  readonly repeated: number;
}

/** Compares what was sent with what was handled, phase by phase. `sentNs`: per partition, when each event was sent. */
export function auditPhases(
  entries: readonly HandledEntry[],
  sentNs: readonly (readonly bigint[])[],
  phases: readonly Phase[],
): readonly PhaseVerdict[] {
  const verdicts = phases.map(({ name }) => ({ name, produced: 0, lost: 0, repeated: 0 }));
  const at = (ns: bigint) => {
    const verdict = verdicts[phases.findLastIndex(({ fromNs }) => fromNs <= ns)];
    if (verdict === undefined) throw new Error('something happened before the first phase');
    return verdict;
  };
  const first = sentNs.map(({ length }) => new Array<number | undefined>(length));
  const sorted = [...entries].sort((a, b) => (a.atNs < b.atNs ? -1 : 1));
  for (const { key, sequence, offset, atNs } of sorted) {
    const offsets = first[key];
    if (offsets === undefined) throw new Error(`event ${key}/${sequence} was never sent`);
    // The producer may have written an event twice; that is another record, and no repetition.
    if (offsets[sequence - 1] === undefined) offsets[sequence - 1] = offset;
    else if (offsets[sequence - 1] === offset) at(atNs).repeated++;
  }
  for (const [partition, times] of sentNs.entries())
    for (const [i, ns] of times.entries()) {
      const verdict = at(ns);
      verdict.produced++;
      if (first[partition]?.[i] === undefined) verdict.lost++;
    }
  return verdicts;
}
