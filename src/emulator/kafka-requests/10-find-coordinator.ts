import {
  errorCode,
  errorName,
  type FoundCoordinator,
  findCoordinatorServerApi,
  GROUP_COORDINATOR,
  type ServedFindCoordinatorResponse,
  TRANSACTION_COORDINATOR,
} from '../../protocol/index.ts';
import type { ClusterNode } from '../kafka/cluster.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** FindCoordinator v0-v4: by hash of the group or transactional id. */
export const findCoordinator: Endpoint = defineEndpoint({
  api: findCoordinatorServerApi,
  gaps: ['v5-v6 (transactions v2, share groups) are not served.'],
  handle: ({ keys, keyType }, { broker }) =>
    answer(keys, (key) => {
      if (keyType === GROUP_COORDINATOR) return found(broker.cluster.coordinator({ group: key }));
      if (keyType === TRANSACTION_COORDINATOR)
        return found(broker.cluster.coordinator({ transaction: key }));
      return nowhere(errorCode.INVALID_REQUEST);
    }),
  refuse: ({ keys }, code) => answer(keys, () => nowhere(code)),
});

type Place = Omit<FoundCoordinator, 'key' | 'errorMessage'>;

function answer(
  keys: readonly string[],
  placeOf: (key: string) => Place,
): ServedFindCoordinatorResponse {
  // Kafka gives the name of the error as its message, also where there is none.
  const coordinators = keys.map((key) => {
    const place = placeOf(key);
    return { key, ...place, errorMessage: errorName(place.errorCode) };
  });
  return { throttleTimeMs: 0, coordinators };
}

function found(node: ClusterNode | undefined): Place {
  if (node === undefined) return nowhere(errorCode.COORDINATOR_NOT_AVAILABLE);
  return { nodeId: node.nodeId, ...node.address, errorCode: errorCode.NONE };
}

function nowhere(code: number): Place {
  return { nodeId: -1, host: '', port: -1, errorCode: code };
}
