import {
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  offsetCommitApi,
} from '../apis/08-offset-commit.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const offsetCommitServerApi: ServerApi<OffsetCommitRequest, OffsetCommitResponse> =
  defineServerApi(offsetCommitApi, {
    // v9 has the layout of v8; members of KIP-848 groups send their epoch as the generation.
    versions: { min: offsetCommitApi.versions.min, max: 9 },
    readRequest(from, version) {
      const groupId = from.string();
      const generationId = from.int32();
      const memberId = from.string();
      const groupInstanceId = version >= 7 ? from.nullableString() : null;
      if (version <= 4) from.int64(); // retention: the broker's rules
      const topics = from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => {
          const commit = {
            partition: each.int32(),
            offset: each.int64(),
            leaderEpoch: version >= 6 ? each.int32() : -1,
            metadata: each.nullableString(),
          };
          each.tags();
          return commit;
        });
        one.tags();
        return { topic, partitions };
      });
      return { groupId, generationId, memberId, groupInstanceId, topics };
    },
    writeResponse(to, { throttleTimeMs, topics }, version) {
      if (version >= 3) to.int32(throttleTimeMs);
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.array(partitions, (each, { partition, errorCode }) => {
          each.int32(partition);
          each.int16(errorCode);
          each.tags();
        });
        one.tags();
      });
    },
  });
