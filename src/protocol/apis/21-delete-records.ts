// DeleteRecords v0-v2: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface DeleteRecordsPartition {
  readonly partition: number;
  /** First offset that stays; -1: the high watermark. */
  readonly offset: number;
}

export interface DeleteRecordsTopic {
  readonly topic: string;
  readonly partitions: readonly DeleteRecordsPartition[];
}

export interface DeleteRecordsRequest {
  readonly topics: readonly DeleteRecordsTopic[];
  readonly timeoutMs: number;
}

export interface DeletedRecordsPartition {
  readonly partition: number;
  /** First offset that is left; -1 with an error. */
  readonly lowWatermark: number;
  readonly errorCode: number;
}

export interface DeletedRecordsTopic {
  readonly topic: string;
  readonly partitions: readonly DeletedRecordsPartition[];
}

export interface DeleteRecordsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly DeletedRecordsTopic[];
}

export const deleteRecordsApi: Api<DeleteRecordsRequest, DeleteRecordsResponse> = defineApi({
  key: 21,
  name: 'DeleteRecords',
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  write(to, { topics, timeoutMs }) {
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, offset }) => {
        each.int32(partition);
        each.int64(offset);
        each.tags();
      });
      one.tags();
    });
    to.int32(timeoutMs);
  },
  read(from) {
    const throttleTimeMs = from.int32();
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => {
        const deleted = {
          partition: each.int32(),
          lowWatermark: each.int64(),
          errorCode: each.int16(),
        };
        each.tags();
        return deleted;
      });
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});
