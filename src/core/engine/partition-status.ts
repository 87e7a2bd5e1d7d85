import type { ConsumerRecord } from '../model/record.ts';
import type { PartitionStatus } from './consumer-status.ts';
import type { PartitionRun } from './partition-run.ts';

/** A snapshot of one partition. */
export function partitionStatus(run: PartitionRun): PartitionStatus {
  const frontier = run.tracker.frontier().offset;
  return {
    topic: run.topic,
    partition: run.partition,
    state: run.state,
    paused: run.paused,
    frontier,
    ...(run.committed !== undefined && { committed: run.committed.offset }),
    buffered: run.tracker.unfinished,
    bufferedBytes: run.buffer.bytes,
    handlers: run.handlers,
    calls: run.calls,
    waiting: run.waiting,
    ...lagOf(run, frontier),
    ...oldestOf(run, frontier),
  };
}

function lagOf(run: PartitionRun, frontier: number): Pick<PartitionStatus, 'lag' | 'lagMs'> {
  const { offset, behindSinceMs } = run.logEnd;
  if (offset === undefined) return {};
  const lag = Math.max(0, offset - frontier);
  if (lag === 0) return { lag, lagMs: 0 };
  const isHere = run.tracker.unfinished > 0;
  const since = isHere || behindSinceMs === undefined ? bornMs(run, frontier) : behindSinceMs;
  return since === undefined ? { lag } : { lag, lagMs: Math.max(0, run.clock.now() - since) };
}

/** When the record at the frontier was written; when it came here, if it does not say. */
function bornMs(run: PartitionRun, frontier: number): number | undefined {
  const postponed = waitsForItsTime(run, frontier);
  if (postponed !== undefined) return postponed.timestampMs;
  const arrival = run.arrivals.at(frontier);
  if (arrival === undefined) return undefined;
  return arrival.timestampMs > 0 ? arrival.timestampMs : arrival.arrivedMs;
}

function oldestOf(run: PartitionRun, frontier: number): Pick<PartitionStatus, 'oldestMs'> {
  if (run.tracker.unfinished === 0 || waitsForItsTime(run, frontier) !== undefined) return {};
  const arrival = run.arrivals.at(frontier);
  if (arrival === undefined) return {};
  return { oldestMs: Math.max(0, run.clock.now() - arrival.arrivedMs) };
}

/** The record at the frontier, when it was parked and is not due. */
function waitsForItsTime(run: PartitionRun, frontier: number): ConsumerRecord | undefined {
  const { firstPostponed } = run;
  return firstPostponed !== undefined && firstPostponed.offset <= frontier
    ? firstPostponed
    : undefined;
}
