import {
  errorCode,
  findCoordinatorServerApi,
  GROUP_COORDINATOR,
  type ServedFindCoordinatorResponse,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** FindCoordinator v0-v4: this broker coordinates all groups. */
export const findCoordinator: Endpoint = defineEndpoint({
  api: findCoordinatorServerApi,
  gaps: [
    'v5-v6 (transactions, share groups) are not served.',
    'There are no transactions: TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients do not try again.',
  ],
  handle: ({ keys, keyType }, { broker }) =>
    keyType === GROUP_COORDINATOR
      ? answer(keys, errorCode.NONE, broker)
      : answer(keys, errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, broker),
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
