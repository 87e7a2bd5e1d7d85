import {
  errorCode,
  findCoordinatorServerApi,
  GROUP_COORDINATOR,
  type ServedFindCoordinatorResponse,
  TRANSACTION_COORDINATOR,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** FindCoordinator v0-v4: this broker coordinates all groups and transactions. */
export const findCoordinator: Endpoint = defineEndpoint({
  api: findCoordinatorServerApi,
  gaps: ['v5-v6 (transactions v2, share groups) are not served.'],
  handle: ({ keys, keyType }, { broker }) =>
    keyType === GROUP_COORDINATOR || keyType === TRANSACTION_COORDINATOR
      ? answer(keys, errorCode.NONE, broker)
      : answer(keys, errorCode.INVALID_REQUEST, broker),
  refuse: ({ keys }, code, { broker }) => answer(keys, code, broker),
});

function answer(
  keys: readonly string[],
  code: number,
  { nodeId, address }: BrokerState,
): ServedFindCoordinatorResponse {
  const place =
    code === errorCode.NONE ? { nodeId, ...address } : { nodeId: -1, host: '', port: -1 };
  return {
    throttleTimeMs: 0,
    coordinators: keys.map((key) => ({ key, ...place, errorCode: code, errorMessage: null })),
  };
}
