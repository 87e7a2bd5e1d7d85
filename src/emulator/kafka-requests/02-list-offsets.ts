import {
  EARLIEST_OFFSET,
  errorCode,
  LATEST_OFFSET,
  type ListedPartition,
  listOffsetsServerApi,
  MAX_TIMESTAMP_OFFSET,
} from '../../protocol/index.ts';
import { LEADER_EPOCH } from '../kafka-log/batch-log.ts';
import type { Partition } from '../kafka-log/partition.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { leaderEpochProblem } from './leader-epoch.ts';
import { perPartition } from './per-partition.ts';

/** ListOffsets v1-v7: by time, the ends of the log, the largest timestamp. */
export const listOffsets: Endpoint = defineEndpoint({
  api: listOffsetsServerApi,
  gaps: ['v0 (a list of segment offsets) and v8+ (tiered storage) are not served.'],
  handle: ({ topics, isolationLevel = 0 }, { broker }) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, { partition, timestampMs, currentLeaderEpoch }) => {
      const found = broker.topics.partition(topic, partition);
      if (found === undefined) return failed(partition, errorCode.UNKNOWN_TOPIC_OR_PARTITION);
      const problem = leaderEpochProblem(currentLeaderEpoch);
      if (problem !== errorCode.NONE) return failed(partition, problem);
      found.log.expire(broker.clock.now());
      return {
        ...failed(partition, errorCode.NONE),
        ...offsetFor(found, timestampMs, isolationLevel === 1),
      };
    }),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, { partition }) => failed(partition, code)),
  }),
});

function offsetFor(
  partition: Partition,
  timestampMs: number,
  committed: boolean,
): Partial<ListedPartition> {
  const { log } = partition;
  if (timestampMs === LATEST_OFFSET)
    return {
      offset: committed ? partition.lastStableOffset : log.endOffset,
      leaderEpoch: LEADER_EPOCH,
    };
  if (timestampMs === EARLIEST_OFFSET)
    return { offset: log.startOffset, leaderEpoch: LEADER_EPOCH };
  const wanted = timestampMs === MAX_TIMESTAMP_OFFSET ? log.maxTimestampMs : timestampMs;
  if (wanted < 0) return {};
  const found = partition.offsetAtOrAfter(wanted);
  if (found === undefined) return {};
  if (found === 'corrupt') return { errorCode: errorCode.CORRUPT_MESSAGE };
  return { offset: found.offset, timestampMs: found.timestampMs, leaderEpoch: LEADER_EPOCH };
}

function failed(partition: number, code: number): ListedPartition {
  return { partition, errorCode: code, timestampMs: -1, offset: -1, leaderEpoch: -1 };
}
