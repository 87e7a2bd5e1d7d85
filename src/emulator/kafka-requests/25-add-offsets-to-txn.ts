import { addOffsetsToTxnServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { ownerProblem } from './transaction-owner.ts';

/** AddOffsetsToTxn v0-v3. */
export const addOffsetsToTxn: Endpoint = defineEndpoint({
  api: addOffsetsToTxnServerApi,
  gaps: ['v4 (transactions v2) is not served.'],
  needs: ({ transactionalId }) => ({ transaction: transactionalId }),
  handle(request, { broker, version }) {
    const problem = ownerProblem(request, broker, version);
    if (problem === errorCode.NONE) broker.transactions.addGroup(request, request.groupId);
    return { throttleTimeMs: 0, errorCode: problem };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code }),
});
