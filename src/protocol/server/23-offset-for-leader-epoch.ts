import {
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse,
  offsetForLeaderEpochApi,
} from '../apis/23-offset-for-leader-epoch.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const offsetForLeaderEpochServerApi: ServerApi<
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse
> = defineServerApi(offsetForLeaderEpochApi, {
  readRequest(from, version) {
    if (version >= 3) from.int32(); // replica id: nobody but consumers asks
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => {
        const asked = {
          partition: each.int32(),
          currentLeaderEpoch: each.int32(),
          leaderEpoch: each.int32(),
        };
        each.tags();
        return asked;
      });
      one.tags();
      return { topic, partitions };
    });
    return { topics };
  },
  writeResponse(to, { throttleTimeMs, topics }) {
    to.int32(throttleTimeMs);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { errorCode, partition, leaderEpoch, endOffset }) => {
        each.int16(errorCode);
        each.int32(partition);
        each.int32(leaderEpoch);
        each.int64(endOffset);
        each.tags();
      });
      one.tags();
    });
  },
});
