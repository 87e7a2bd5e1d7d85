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
    ...(run.postponed > 0 && { postponed: run.postponed }),
    handlers: run.handlers,
    calls: run.calls,
    ...lagOf(run, frontier),
    ...oldestOf(run, frontier),
  };
}

function lagOf(run: PartitionRun, frontier: number): Pick<PartitionStatus, 'lag' | 'lagMs'> {
  if (run.logEndOffset === undefined) return {};
  const lag = Math.max(0, run.logEndOffset - frontier);
  if (lag === 0) return { lag, lagMs: 0 };
  const arrival = waitsForItsTime(run, frontier) ?? run.arrivals.at(frontier);
  if (arrival === undefined) return { lag };
  return { lag, lagMs: Math.max(0, run.clock.now() - arrival.timestampMs) };
}

function oldestOf(run: PartitionRun, frontier: number): Pick<PartitionStatus, 'oldestMs'> {
  if (run.tracker.unfinished === 0 || waitsForItsTime(run, frontier) !== undefined) return {};
  const arrival = run.arrivals.at(frontier);
  return arrival === undefined ? {} : { oldestMs: run.clock.now() - arrival.arrivedMs };
}

/** The record at the frontier, when it was parked and is not due. */
function waitsForItsTime(run: PartitionRun, frontier: number): ConsumerRecord | undefined {
  const { firstPostponed } = run;
  return firstPostponed !== undefined && firstPostponed.offset <= frontier
    ? firstPostponed
    : undefined;
}
