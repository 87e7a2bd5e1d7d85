import {
  errorCode,
  type InitProducerIdResponse,
  initProducerIdServerApi,
} from '../../protocol/index.ts';
import type { ProducerIdentity } from '../kafka-transactions/transactions.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** From this version on a client understands PRODUCER_FENCED (KIP-588). */
const PRODUCER_FENCED_FROM = 4;

/** InitProducerId v0-v4: for idempotent producers and for transactions. */
export const initProducerId: Endpoint = defineEndpoint({
  api: initProducerIdServerApi,
  gaps: ['v5-v6 (transactions v2, two-phase commit) are not served.'],
  needs: ({ transactionalId }) =>
    transactionalId === null ? undefined : { transaction: transactionalId },
  handle(request, { broker, version }) {
    const { transactionalId, transactionTimeoutMs } = request;
    const { producerId = -1, producerEpoch = -1 } = request;
    const claimed = { producerId, producerEpoch };
    if (transactionalId === null)
      return granted({ producerId: broker.nextProducerId(), producerEpoch: 0 });
    if (transactionalId === '') return failed(errorCode.INVALID_REQUEST);
    const begun = broker.transactions.begin(transactionalId, transactionTimeoutMs, claimed);
    if (typeof begun !== 'number') return granted(begun);
    const untold = begun === errorCode.PRODUCER_FENCED && version < PRODUCER_FENCED_FROM;
    return failed(untold ? errorCode.INVALID_PRODUCER_EPOCH : begun);
  },
  refuse: (_, code) => failed(code),
});

function failed(code: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: code, producerId: -1, producerEpoch: -1 };
}

function granted(identity: ProducerIdentity): InitProducerIdResponse {
  return { ...failed(errorCode.NONE), ...identity };
}
