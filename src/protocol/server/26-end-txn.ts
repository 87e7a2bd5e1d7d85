// EndTxn v0-v3. Missing: v4+ (transactions v2: the answer carries a new epoch).
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export interface EndTxnRequest extends TransactionOwner {
  /** False: aborted. */
  readonly committed: boolean;
}

export interface EndTxnResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const endTxnServerApi: ServerApi<EndTxnRequest, EndTxnResponse> = defineServerApi(
  { key: 26, name: 'EndTxn', versions: { min: 0, max: 3 }, flexibleFrom: 3 },
  {
    readRequest: (from) => ({
      transactionalId: from.string(),
      producerId: from.int64(),
      producerEpoch: from.int16(),
      committed: from.boolean(),
    }),
    writeResponse(to, { throttleTimeMs, errorCode }) {
      to.int32(throttleTimeMs);
      to.int16(errorCode);
    },
  },
);
