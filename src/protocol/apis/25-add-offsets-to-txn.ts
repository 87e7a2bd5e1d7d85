// AddOffsetsToTxn v0-v3. Missing: v4 (transactions v2).
import { type Api, defineApi } from '../api.ts';
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';

export interface AddOffsetsToTxnRequest extends TransactionOwner {
  readonly groupId: string;
}

export interface AddOffsetsToTxnResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const addOffsetsToTxnApi: Api<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> = defineApi({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  write(to, { transactionalId, producerId, producerEpoch, groupId }) {
    to.string(transactionalId);
    to.int64(producerId);
    to.int16(producerEpoch);
    to.string(groupId);
  },
  read(from) {
    const response = { throttleTimeMs: from.int32(), errorCode: from.int16() };
    from.tags();
    return response;
  },
});
