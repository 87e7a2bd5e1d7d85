import { type EndTxnRequest, type EndTxnResponse, endTxnApi } from '../apis/26-end-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const endTxnServerApi: ServerApi<EndTxnRequest, EndTxnResponse> = defineServerApi(
  endTxnApi,
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
