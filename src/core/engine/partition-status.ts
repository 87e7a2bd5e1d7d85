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
    ...(run.logEndOffset !== undefined && { lag: Math.max(0, run.logEndOffset - frontier) }),
  };
}
