// EndTxn v0-v3. Missing: v4+ (transactions v2: the answer carries a new epoch).
import { type Api, defineApi } from '../api.ts';
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';

export interface EndTxnRequest extends TransactionOwner {
  /** False: aborted. */
  readonly committed: boolean;
}

export interface EndTxnResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const endTxnApi: Api<EndTxnRequest, EndTxnResponse> = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  write(to, { transactionalId, producerId, producerEpoch, committed }) {
    to.string(transactionalId);
    to.int64(producerId);
    to.int16(producerEpoch);
    to.boolean(committed);
  },
  read(from) {
    const response = { throttleTimeMs: from.int32(), errorCode: from.int16() };
    from.tags();
    return response;
  },
});
