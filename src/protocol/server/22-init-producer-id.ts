import {
  type InitProducerIdRequest,
  type InitProducerIdResponse,
  initProducerIdApi,
} from '../apis/22-init-producer-id.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const initProducerIdServerApi: ServerApi<InitProducerIdRequest, InitProducerIdResponse> =
  defineServerApi(initProducerIdApi, {
    readRequest: (from, version) => ({
      transactionalId: from.nullableString(),
      transactionTimeoutMs: from.int32(),
      producerId: version >= 3 ? from.int64() : -1,
      producerEpoch: version >= 3 ? from.int16() : -1,
    }),
    writeResponse(to, { throttleTimeMs, errorCode, producerId, producerEpoch }) {
      to.int32(throttleTimeMs);
      to.int16(errorCode);
      to.int64(producerId);
      to.int16(producerEpoch);
    },
  });
