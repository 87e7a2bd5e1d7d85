import type { OffsetCommitResponse } from '../apis/08-offset-commit.ts';
import { type TxnOffsetCommitRequest, txnOffsetCommitApi } from '../apis/28-txn-offset-commit.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const txnOffsetCommitServerApi: ServerApi<TxnOffsetCommitRequest, OffsetCommitResponse> =
  defineServerApi(txnOffsetCommitApi, {
    readRequest: (from, version) => ({
      transactionalId: from.string(),
      groupId: from.string(),
      producerId: from.int64(),
      producerEpoch: from.int16(),
      generationId: version >= 3 ? from.int32() : -1,
      memberId: version >= 3 ? from.string() : '',
      groupInstanceId: version >= 3 ? from.nullableString() : null,
      topics: from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => {
          const commit = {
            partition: each.int32(),
            offset: each.int64(),
            leaderEpoch: version >= 2 ? each.int32() : -1,
            metadata: each.nullableString(),
          };
          each.tags();
          return commit;
        });
        one.tags();
        return { topic, partitions };
      }),
    }),
    writeResponse(to, { throttleTimeMs, topics }) {
      to.int32(throttleTimeMs);
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
