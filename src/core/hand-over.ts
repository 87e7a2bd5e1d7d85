import { type Clock, sleep } from './clock.ts';
import type { Committer } from './committer.ts';
import { PartitaError } from './errors.ts';
import type { PartitionRun } from './partition-run.ts';

/** Part of a deadline that handlers get; the rest is for the last commit. */
const drainShare = 0.8;

export interface HandOverDeps {
  readonly clock: Clock;
  readonly committer: Committer;
  timedOut(run: PartitionRun): void;
}

/**
 * Brings partitions to rest before they are given up: no new handler starts, running ones may finish within the deadline
 * and are told to end by their signal after it, then what is finished is committed.
 */
export async function handOver(
  runs: readonly PartitionRun[],
  deadlineMs: number,
  { clock, committer, timedOut }: HandOverDeps,
): Promise<void> {
  const startedAt = clock.now();
  for (const run of runs) run.drain();
  await Promise.all(
    runs.map(async (run) => {
      if (await endsWithin(run, deadlineMs * drainShare, clock)) return;
      timedOut(run);
      const { topic, partition } = run;
      run.abort(
        new PartitaError(
          'CLOSED',
          `${topic}-${partition} is being given up and its handlers did not finish in time.`,
          { topic, partition },
        ),
      );
    }),
  );
  await committer.settle(runs, startedAt + deadlineMs);
}

async function endsWithin(run: PartitionRun, limitMs: number, clock: Clock): Promise<boolean> {
  if (run.handlers === 0) return true;
  const waiting = new AbortController();
  const limit = sleep(clock, limitMs, waiting.signal);
  await Promise.race([run.idle(), limit]);
  waiting.abort();
  return run.handlers === 0;
}
