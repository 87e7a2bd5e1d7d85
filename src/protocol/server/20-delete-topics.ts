import {
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
  deleteTopicsApi,
} from '../apis/20-delete-topics.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const deleteTopicsServerApi: ServerApi<DeleteTopicsRequest, DeleteTopicsResponse> =
  defineServerApi(deleteTopicsApi, {
    readRequest: (from) => ({ topics: from.stringArray(), timeoutMs: from.int32() }),
    writeResponse(to, { throttleTimeMs, topics }, version) {
      to.int32(throttleTimeMs);
      to.array(topics, (one, { topic, errorCode, errorMessage }) => {
        one.string(topic);
        one.int16(errorCode);
        if (version >= 5) one.nullableString(errorMessage);
        one.tags();
      });
    },
  });
