import {
  errorCode,
  type InitProducerIdResponse,
  initProducerIdServerApi,
} from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

const LAST_EPOCH = 32_767;

/** InitProducerId v0-v4: for idempotent producers. */
export const initProducerId: Endpoint = defineEndpoint({
  api: initProducerIdServerApi,
  gaps: [
    'v5-v6 (transactions) are not served.',
    'Transactional ids are refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients do not try again.',
  ],
  handle({ transactionalId, producerId = -1, producerEpoch = -1 }, { broker }) {
    if (transactionalId !== null) return failed(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    const bumped = producerId >= 0 && producerEpoch >= 0 && producerEpoch < LAST_EPOCH - 1;
    return {
      ...failed(errorCode.NONE),
      producerId: bumped ? producerId : broker.nextProducerId(),
      producerEpoch: bumped ? producerEpoch + 1 : 0,
    };
  },
  refuse: (_, code) => failed(code),
});

function failed(code: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: code, producerId: -1, producerEpoch: -1 };
}
