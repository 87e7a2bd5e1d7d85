// CreatePartitions v0-v3: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface CreatePartitionsTopic {
  readonly topic: string;
  /** Partitions the topic shall have afterwards. */
  readonly count: number;
  /** Broker ids for each new partition. @default null (the broker places them) */
  readonly assignments?: readonly (readonly number[])[] | null;
}

export interface CreatePartitionsRequest {
  readonly topics: readonly CreatePartitionsTopic[];
  readonly timeoutMs: number;
  /** Check only. @default false */
  readonly validateOnly?: boolean;
}

export interface CreatePartitionsResult {
  readonly topic: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export interface CreatePartitionsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly CreatePartitionsResult[];
}

export const createPartitionsApi: Api<CreatePartitionsRequest, CreatePartitionsResponse> =
  defineApi({
    key: 37,
    name: 'CreatePartitions',
    versions: { min: 0, max: 3 },
    flexibleFrom: 2,
    write(to, { topics, timeoutMs, validateOnly = false }) {
      to.array(topics, (one, { topic, count, assignments = null }) => {
        one.string(topic);
        one.int32(count);
        one.nullableArray(assignments, (each, brokerIds) => {
          each.int32Array(brokerIds);
          each.tags();
        });
        one.tags();
      });
      to.int32(timeoutMs);
      to.boolean(validateOnly);
    },
    read(from) {
      const throttleTimeMs = from.int32();
      const topics = from.array((one) => {
        const result = {
          topic: one.string(),
          errorCode: one.int16(),
          errorMessage: one.nullableString(),
        };
        one.tags();
        return result;
      });
      from.tags();
      return { throttleTimeMs, topics };
    },
  });
