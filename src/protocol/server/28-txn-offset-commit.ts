// TxnOffsetCommit v0-v3. Missing: v4-v5 (transactions v2).
import type { OffsetCommitRequest, OffsetCommitResponse } from '../apis/08-offset-commit.ts';
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Generation and member are sent from v3; before, nobody is named: generation -1 and an empty member id. */
export interface TxnOffsetCommitRequest extends TransactionOwner, OffsetCommitRequest {}

export const txnOffsetCommitServerApi: ServerApi<TxnOffsetCommitRequest, OffsetCommitResponse> =
  defineServerApi(
    { key: 28, name: 'TxnOffsetCommit', versions: { min: 0, max: 3 }, flexibleFrom: 3 },
    {
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
    },
  );
