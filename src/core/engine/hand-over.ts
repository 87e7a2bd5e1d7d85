import type { Clock } from '../model/clock.ts';
import { PartitaError } from '../model/errors.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import { within } from '../model/within.ts';
import type { Committer } from './committer.ts';
import type { PartitionRun } from './partition-run.ts';

/** Part of a deadline that handlers get; the rest is for the last commit and for `close`. */
const drainShare = 0.8;

/** Something whose work can be brought to an end: a partition, or one run of it. */
export interface Drainable extends TopicPartition {
  readonly run: PartitionRun;
  /** Starts nothing more. */
  drain(): void;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  abort(reason: unknown): void;
}

export interface HandOverDeps {
  readonly clock: Clock;
  /** Aborted when nothing may be waited for any longer. */
  readonly cut: AbortSignal;
  readonly committer: Committer;
  drainTimedOut(run: PartitionRun): void;
}

/** No new handler starts, running ones may finish within the limit; after it their signal tells them to end. */
export async function drain(
  part: Drainable,
  limitMs: number,
  { clock, cut, drainTimedOut }: HandOverDeps,
): Promise<void> {
  part.drain();
  if (await within(part.idle(), limitMs, { clock, cut })) return;
  if (!part.run.current) return;
  drainTimedOut(part.run);
  const { topic, partition } = part;
  part.abort(
    new PartitaError(
      'CLOSED',
      `${formatPartition(part)} moves on and its handlers did not finish within ${limitMs} ms. What they still do is not waited for.`,
      { topic, partition },
    ),
  );
}

/** Brings partitions to rest before they are given up, then stores what is finished; all of it within the deadline. */
export async function handOver(
  parts: readonly Drainable[],
  deadlineMs: number,
  deps: HandOverDeps,
): Promise<void> {
  const { clock, cut, committer } = deps;
  const deadline = clock.now() + deadlineMs;
  await Promise.all(parts.map((part) => drain(part, deadlineMs * drainShare, deps)));
  const runs = parts.map(({ run }) => run);
  const leftMs = Math.max(0, deadline - clock.now());
  await within(committer.settle(runs, deadline), leftMs, { clock, cut });
}
