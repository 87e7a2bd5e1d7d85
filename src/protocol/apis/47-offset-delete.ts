// OffsetDelete v0: the only version there is.
import { type Api, defineApi } from '../api.ts';

export interface OffsetDeleteTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface OffsetDeleteRequest {
  readonly groupId: string;
  readonly topics: readonly OffsetDeleteTopic[];
}

export interface DeletedOffsetsTopic {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
}

export interface OffsetDeleteResponse {
  readonly errorCode: number;
  readonly throttleTimeMs: number;
  readonly topics: readonly DeletedOffsetsTopic[];
}

export const offsetDeleteApi: Api<OffsetDeleteRequest, OffsetDeleteResponse> = defineApi({
  key: 47,
  name: 'OffsetDelete',
  versions: { min: 0, max: 0 },
  flexibleFrom: Number.POSITIVE_INFINITY,
  write(to, { groupId, topics }) {
    to.string(groupId);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.int32Array(partitions);
    });
  },
  read: (from) => ({
    errorCode: from.int16(),
    throttleTimeMs: from.int32(),
    topics: from.array((one) => ({
      topic: one.string(),
      partitions: one.array((each) => ({ partition: each.int32(), errorCode: each.int16() })),
    })),
  }),
});
