import {
  type AddOffsetsToTxnRequest,
  type AddOffsetsToTxnResponse,
  addOffsetsToTxnApi,
} from '../apis/25-add-offsets-to-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const addOffsetsToTxnServerApi: ServerApi<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> =
  defineServerApi(addOffsetsToTxnApi, {
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
  });
