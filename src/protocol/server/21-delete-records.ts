import {
  type DeleteRecordsRequest,
  type DeleteRecordsResponse,
  deleteRecordsApi,
} from '../apis/21-delete-records.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const deleteRecordsServerApi: ServerApi<DeleteRecordsRequest, DeleteRecordsResponse> =
  defineServerApi(deleteRecordsApi, {
    readRequest: (from) => ({
      topics: from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => {
          const asked = { partition: each.int32(), offset: each.int64() };
          each.tags();
          return asked;
        });
        one.tags();
        return { topic, partitions };
      }),
      timeoutMs: from.int32(),
    }),
    writeResponse(to, { throttleTimeMs, topics }) {
      to.int32(throttleTimeMs);
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.array(partitions, (each, { partition, lowWatermark, errorCode }) => {
          each.int32(partition);
          each.int64(lowWatermark);
          each.int16(errorCode);
          each.tags();
        });
        one.tags();
      });
    },
  });
