// DescribeLogDirs v1-v5. Missing: v0 (gone in Kafka 4).
import { type Api, defineApi } from '../api.ts';

export interface DescribeLogDirsRequest {
  /** `null`: all. */
  readonly topics:
    | readonly { readonly topic: string; readonly partitions: readonly number[] }[]
    | null;
}

export interface LogDirPartition {
  readonly partition: number;
  readonly bytes: number;
  /** How far the replica is behind the high watermark. */
  readonly lag: number;
  /** The replica is being moved here. */
  readonly isFuture: boolean;
}

export interface DescribedLogDir {
  readonly errorCode: number;
  readonly path: string;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly LogDirPartition[];
  }[];
  /** Of the volume; -1 when unknown or before v4. */
  readonly totalBytes: number;
  /** -1 when unknown or before v4. */
  readonly usableBytes: number;
  /** False before v5. */
  readonly cordoned: boolean;
}

export interface DescribeLogDirsResponse {
  readonly throttleTimeMs: number;
  /** 0 before v3. */
  readonly errorCode: number;
  readonly dirs: readonly DescribedLogDir[];
}

export const describeLogDirsApi: Api<DescribeLogDirsRequest, DescribeLogDirsResponse> = defineApi({
  key: 35,
  name: 'DescribeLogDirs',
  versions: { min: 1, max: 5 },
  flexibleFrom: 2,
  write(to, { topics }) {
    to.nullableArray(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.int32Array(partitions);
      one.tags();
    });
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const errorCode = version >= 3 ? from.int16() : 0;
    const dirs = from.array((one) => {
      const dir = {
        errorCode: one.int16(),
        path: one.string(),
        topics: one.array((each) => {
          const topic = each.string();
          const partitions = each.array((replica) => {
            const found = {
              partition: replica.int32(),
              bytes: replica.int64(),
              lag: replica.int64(),
              isFuture: replica.boolean(),
            };
            replica.tags();
            return found;
          });
          each.tags();
          return { topic, partitions };
        }),
        totalBytes: version >= 4 ? one.int64() : -1,
        usableBytes: version >= 4 ? one.int64() : -1,
        cordoned: version >= 5 ? one.boolean() : false,
      };
      one.tags();
      return dir;
    });
    from.tags();
    return { throttleTimeMs, errorCode, dirs };
  },
});
