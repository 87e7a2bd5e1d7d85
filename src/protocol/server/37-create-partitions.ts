import {
  type CreatePartitionsRequest,
  type CreatePartitionsResponse,
  createPartitionsApi,
} from '../apis/37-create-partitions.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const createPartitionsServerApi: ServerApi<
  CreatePartitionsRequest,
  CreatePartitionsResponse
> = defineServerApi(createPartitionsApi, {
  readRequest: (from) => ({
    topics: from.array((one) => {
      const topic = {
        topic: one.string(),
        count: one.int32(),
        assignments: one.nullableArray((each) => {
          const brokerIds = each.int32Array();
          each.tags();
          return brokerIds;
        }),
      };
      one.tags();
      return topic;
    }),
    timeoutMs: from.int32(),
    validateOnly: from.boolean(),
  }),
  writeResponse(to, { throttleTimeMs, topics }) {
    to.int32(throttleTimeMs);
    to.array(topics, (one, { topic, errorCode, errorMessage }) => {
      one.string(topic);
      one.int16(errorCode);
      one.nullableString(errorMessage);
      one.tags();
    });
  },
});
