// ListOffsets v1-v7. Missing: v0 (answers a list of segment offsets), v8+ (tiered storage).
import { type Api, defineApi, requireVersion } from '../api.ts';
import type { Reader } from '../reader.ts';

/** Timestamps with a meaning of their own. */
export const LATEST_OFFSET = -1;
export const EARLIEST_OFFSET = -2;
/** Offset of the record with the largest timestamp; needs v7 (KIP-734). */
export const MAX_TIMESTAMP_OFFSET = -3;

export interface ListOffsetsPartition {
  readonly partition: number;
  /** Sent from v4. @default -1 */
  readonly currentLeaderEpoch?: number;
  /** Milliseconds, or one of `LATEST_OFFSET`, `EARLIEST_OFFSET`, `MAX_TIMESTAMP_OFFSET`. */
  readonly timestampMs: number;
}

export interface ListOffsetsTopic {
  readonly topic: string;
  readonly partitions: readonly ListOffsetsPartition[];
}

export interface ListOffsetsRequest {
  /** 1: the latest offset is the last stable one. Sent from v2. @default 0 */
  readonly isolationLevel?: 0 | 1;
  readonly topics: readonly ListOffsetsTopic[];
}

export interface ListedPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** -1 for the latest and earliest offset. */
  readonly timestampMs: number;
  /** -1: no record at or after the timestamp. */
  readonly offset: number;
  /** -1 before v4. */
  readonly leaderEpoch: number;
}

export interface ListedTopic {
  readonly topic: string;
  readonly partitions: readonly ListedPartition[];
}

export interface ListOffsetsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly ListedTopic[];
}

const CONSUMER = -1;

export const listOffsetsApi: Api<ListOffsetsRequest, ListOffsetsResponse> = defineApi({
  key: 2,
  name: 'ListOffsets',
  versions: { min: 1, max: 7 },
  flexibleFrom: 6,
  write(to, { isolationLevel = 0, topics }, version) {
    to.int32(CONSUMER);
    if (version >= 2) to.int8(isolationLevel);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, currentLeaderEpoch = -1, timestampMs }) => {
        if (timestampMs === MAX_TIMESTAMP_OFFSET)
          requireVersion('ListOffsets', 'the maximum timestamp', version, 7);
        each.int32(partition);
        if (version >= 4) each.int32(currentLeaderEpoch);
        each.int64(timestampMs);
        each.tags();
      });
      one.tags();
    });
  },
  read(from, version) {
    const throttleTimeMs = version >= 2 ? from.int32() : 0;
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => readPartition(each, version));
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});

function readPartition(from: Reader, version: number): ListedPartition {
  const listed = {
    partition: from.int32(),
    errorCode: from.int16(),
    timestampMs: from.int64(),
    offset: from.int64(),
    leaderEpoch: version >= 4 ? from.int32() : -1,
  };
  from.tags();
  return listed;
}
