import {
  EARLIEST_OFFSET,
  type FetchPartition,
  type FetchRequest,
  LATEST_OFFSET,
  type ListOffsetsRequest,
  type OffsetForLeaderEpochRequest,
} from '../../../protocol/index.ts';
import type { FetcherOptions } from './fetcher.ts';
import type { PartitionState } from './partition-state.ts';

/**
 * Most bytes of one answer. It bounds what a broker can make us hold at once, also with hundreds of partitions; those that
 * get nothing are asked first the next time.
 */
const maxAnswerBytes = 16 * 1024 * 1024;

/** @param rack '' hides where we are, so that the leader serves the records itself */
export function fetchRequest(
  states: readonly PartitionState[],
  options: FetcherOptions,
  { waitMs, rack }: { readonly waitMs: number; readonly rack: string },
): FetchRequest {
  let maxBytes = 0;
  let largest = 0;
  for (const state of states) {
    maxBytes += state.maxBytes;
    largest = Math.max(largest, state.maxBytes);
  }
  return {
    maxWaitMs: waitMs,
    minBytes: options.fetch.minBytes,
    maxBytes: Math.max(largest, Math.min(maxBytes, maxAnswerBytes)),
    isolationLevel: isolationLevel(options),
    rackId: rack,
    topics: byTopic(states, toFetchPartition),
  };
}

export function newPositionRequest(
  states: readonly PartitionState[],
  options: FetcherOptions,
): ListOffsetsRequest {
  const timestampMs = options.outOfRange === 'latest' ? LATEST_OFFSET : EARLIEST_OFFSET;
  return {
    isolationLevel: isolationLevel(options),
    topics: byTopic(states, ({ partition, leaderEpoch }) => ({
      partition,
      currentLeaderEpoch: leaderEpoch,
      timestampMs,
    })),
  };
}

export function epochCheckRequest(states: readonly PartitionState[]): OffsetForLeaderEpochRequest {
  return {
    topics: byTopic(states, ({ partition, leaderEpoch, wanted }) => ({
      partition,
      currentLeaderEpoch: leaderEpoch,
      leaderEpoch: wanted.epoch,
    })),
  };
}

function toFetchPartition(state: PartitionState): FetchPartition {
  return {
    partition: state.partition,
    fetchOffset: state.wanted.offset,
    currentLeaderEpoch: state.leaderEpoch,
    lastFetchedEpoch: state.wanted.epoch,
    maxBytes: state.maxBytes,
  };
}

function isolationLevel(options: FetcherOptions): 0 | 1 {
  return options.isolation === 'committed' ? 1 : 0;
}

/** Keeps the order of the partitions within a topic, and of the topics by their first partition. */
function byTopic<T>(
  states: readonly PartitionState[],
  convert: (state: PartitionState) => T,
): { readonly topic: string; readonly partitions: readonly T[] }[] {
  const topics = new Map<string, T[]>();
  for (const state of states) {
    const partitions = topics.get(state.topic);
    if (partitions === undefined) topics.set(state.topic, [convert(state)]);
    else partitions.push(convert(state));
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
