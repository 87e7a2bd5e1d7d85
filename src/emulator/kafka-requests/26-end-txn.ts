import { endTxnServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { ownerProblem } from './transaction-owner.ts';

/** EndTxn v0-v3: the markers are written before the answer. */
export const endTxn: Endpoint = defineEndpoint({
  api: endTxnServerApi,
  gaps: ['v4+ (transactions v2: an epoch per transaction) are not served.'],
  needs: ({ transactionalId }) => ({ transaction: transactionalId }),
  handle(request, { broker, version }) {
    const problem =
      request.transactionalId === ''
        ? errorCode.INVALID_REQUEST
        : ownerProblem(request, broker, version);
    return {
      throttleTimeMs: 0,
      errorCode:
        problem === errorCode.NONE ? broker.transactions.end(request, request.committed) : problem,
    };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code }),
});
