// AddOffsetsToTxn v0-v3. Missing: v4 (transactions v2).
import type { TransactionOwner } from './24-add-partitions-to-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export interface AddOffsetsToTxnRequest extends TransactionOwner {
  readonly groupId: string;
}

export interface AddOffsetsToTxnResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const addOffsetsToTxnServerApi: ServerApi<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> =
  defineServerApi(
    { key: 25, name: 'AddOffsetsToTxn', versions: { min: 0, max: 3 }, flexibleFrom: 3 },
    {
      readRequest: (from) => ({
        transactionalId: from.string(),
        producerId: from.int64(),
        producerEpoch: from.int16(),
        groupId: from.string(),
      }),
      writeResponse(to, { throttleTimeMs, errorCode }) {
        to.int32(throttleTimeMs);
        to.int16(errorCode);
      },
    },
  );
