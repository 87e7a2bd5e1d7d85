// DeleteTopics v1-v5. Missing: v0 (gone in Kafka 4), v6 (topics by id).
import { type Api, defineApi } from '../api.ts';

export interface DeleteTopicsRequest {
  readonly topics: readonly string[];
  readonly timeoutMs: number;
}

export interface DeletedTopic {
  readonly topic: string;
  readonly errorCode: number;
  /** Null before v5. */
  readonly errorMessage: string | null;
}

export interface DeleteTopicsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly DeletedTopic[];
}

export const deleteTopicsApi: Api<DeleteTopicsRequest, DeleteTopicsResponse> = defineApi({
  key: 20,
  name: 'DeleteTopics',
  versions: { min: 1, max: 5 },
  flexibleFrom: 4,
  write(to, { topics, timeoutMs }) {
    to.stringArray(topics);
    to.int32(timeoutMs);
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const topics = from.array((one) => {
      const deleted = {
        topic: one.string(),
        errorCode: one.int16(),
        errorMessage: version >= 5 ? one.nullableString() : null,
      };
      one.tags();
      return deleted;
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});
