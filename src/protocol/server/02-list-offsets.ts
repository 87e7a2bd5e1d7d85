import {
  type ListOffsetsRequest,
  type ListOffsetsResponse,
  listOffsetsApi,
} from '../apis/02-list-offsets.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const listOffsetsServerApi: ServerApi<ListOffsetsRequest, ListOffsetsResponse> =
  defineServerApi(listOffsetsApi, {
    readRequest(from, version) {
      from.int32(); // replica id: nobody but consumers asks
      return {
        isolationLevel: version >= 2 && from.int8() === 1 ? 1 : 0,
        topics: from.array((one) => {
          const topic = one.string();
          const partitions = one.array((each) => {
            const asked = {
              partition: each.int32(),
              currentLeaderEpoch: version >= 4 ? each.int32() : -1,
              timestampMs: each.int64(),
            };
            each.tags();
            return asked;
          });
          one.tags();
          return { topic, partitions };
        }),
      };
    },
    writeResponse(to, { throttleTimeMs, topics }, version) {
      if (version >= 2) to.int32(throttleTimeMs);
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.array(partitions, (each, listed) => {
          each.int32(listed.partition);
          each.int16(listed.errorCode);
          each.int64(listed.timestampMs);
          each.int64(listed.offset);
          if (version >= 4) each.int32(listed.leaderEpoch);
          each.tags();
        });
        one.tags();
      });
    },
  });
