import {
  EARLIEST_OFFSET,
  errorCode,
  LATEST_OFFSET,
  type ListedPartition,
  listOffsetsServerApi,
  MAX_TIMESTAMP_OFFSET,
} from '../../protocol/index.ts';
import type { Partition } from '../kafka-log/partition.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

/** ListOffsets v1-v7: by time, the ends of the log, the largest timestamp. */
export const listOffsets: Endpoint = defineEndpoint({
  api: listOffsetsServerApi,
  gaps: ['v0 (a list of segment offsets) and v8+ (tiered storage) are not served.'],
  handle: ({ topics, isolationLevel = 0 }, call) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, { partition, timestampMs, currentLeaderEpoch }) => {
      const found = ledPartition(call, topic, partition, currentLeaderEpoch);
      if (typeof found === 'number') return failed(partition, found);
      found.log.expire(call.broker.clock.now());
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
      leaderEpoch: log.epochs.current,
    };
  if (timestampMs === EARLIEST_OFFSET)
    return { offset: log.startOffset, leaderEpoch: log.epochs.at(log.startOffset) };
  const wanted = timestampMs === MAX_TIMESTAMP_OFFSET ? log.maxTimestampMs : timestampMs;
  // -3 in an empty partition; the others are of tiered storage, or mean nothing.
  if (timestampMs < MAX_TIMESTAMP_OFFSET) return { errorCode: errorCode.UNSUPPORTED_VERSION };
  if (wanted < 0) return {};
  const found = partition.offsetAtOrAfter(wanted);
  if (found === undefined) return {};
  if (found === 'corrupt') return { errorCode: errorCode.CORRUPT_MESSAGE };
  const { offset } = found;
  return { offset, timestampMs: found.timestampMs, leaderEpoch: log.epochs.at(offset) };
}

function failed(partition: number, code: number): ListedPartition {
  return { partition, errorCode: code, timestampMs: -1, offset: -1, leaderEpoch: -1 };
}
