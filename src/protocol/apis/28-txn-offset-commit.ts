// TxnOffsetCommit v0-v3. Missing: v4-v5 (transactions v2).
import { type Api, defineApi } from '../api.ts';
import type { OffsetCommitRequest, OffsetCommitResponse } from './08-offset-commit.ts';
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';

/** Generation and member are sent from v3; before, nobody is named: generation -1 and an empty member id. */
export interface TxnOffsetCommitRequest extends TransactionOwner, OffsetCommitRequest {}

export const txnOffsetCommitApi: Api<TxnOffsetCommitRequest, OffsetCommitResponse> = defineApi({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  write(to, request, version) {
    to.string(request.transactionalId);
    to.string(request.groupId);
    to.int64(request.producerId);
    to.int16(request.producerEpoch);
    if (version >= 3) {
      to.int32(request.generationId);
      to.string(request.memberId);
      to.nullableString(request.groupInstanceId);
    }
    to.array(request.topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, offset, leaderEpoch = -1, metadata }) => {
        each.int32(partition);
        each.int64(offset);
        if (version >= 2) each.int32(leaderEpoch);
        each.nullableString(metadata);
        each.tags();
      });
      one.tags();
    });
  },
  read(from) {
    const throttleTimeMs = from.int32();
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => {
        const result = { partition: each.int32(), errorCode: each.int16() };
        each.tags();
        return result;
      });
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});
