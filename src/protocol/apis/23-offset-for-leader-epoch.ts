// OffsetForLeaderEpoch v2-v4. Missing: v0, v1 (gone in Kafka 4).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface OffsetForLeaderEpochPartition {
  readonly partition: number;
  /** @default -1 */
  readonly currentLeaderEpoch?: number;
  /** Epoch whose end offset is asked. */
  readonly leaderEpoch: number;
}

export interface OffsetForLeaderEpochTopic {
  readonly topic: string;
  readonly partitions: readonly OffsetForLeaderEpochPartition[];
}

export interface OffsetForLeaderEpochRequest {
  readonly topics: readonly OffsetForLeaderEpochTopic[];
}

export interface EpochEndPartition {
  readonly errorCode: number;
  readonly partition: number;
  /** Largest epoch not above the one asked; -1: none. */
  readonly leaderEpoch: number;
  /** First offset after that epoch; -1: none. */
  readonly endOffset: number;
}

export interface EpochEndTopic {
  readonly topic: string;
  readonly partitions: readonly EpochEndPartition[];
}

export interface OffsetForLeaderEpochResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly EpochEndTopic[];
}

const CONSUMER = -1;

export const offsetForLeaderEpochApi: Api<
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse
> = defineApi({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: { min: 2, max: 4 },
  flexibleFrom: 4,
  write(to, { topics }, version) {
    if (version >= 3) to.int32(CONSUMER);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, currentLeaderEpoch = -1, leaderEpoch }) => {
        each.int32(partition);
        each.int32(currentLeaderEpoch);
        each.int32(leaderEpoch);
        each.tags();
      });
      one.tags();
    });
  },
  read(from) {
    const throttleTimeMs = from.int32();
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array(readPartition);
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});

function readPartition(from: Reader): EpochEndPartition {
  const end = {
    errorCode: from.int16(),
    partition: from.int32(),
    leaderEpoch: from.int32(),
    endOffset: from.int64(),
  };
  from.tags();
  return end;
}
