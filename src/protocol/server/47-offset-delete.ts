import {
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
  offsetDeleteApi,
} from '../apis/47-offset-delete.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const offsetDeleteServerApi: ServerApi<OffsetDeleteRequest, OffsetDeleteResponse> =
  defineServerApi(offsetDeleteApi, {
    readRequest: (from) => ({
      groupId: from.string(),
      topics: from.array((one) => ({
        topic: one.string(),
        partitions: one.array((each) => each.int32()),
      })),
    }),
    writeResponse(to, { errorCode, throttleTimeMs, topics }) {
      to.int16(errorCode);
      to.int32(throttleTimeMs);
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.array(partitions, (each, result) => {
          each.int32(result.partition);
          each.int16(result.errorCode);
        });
      });
    },
  });
