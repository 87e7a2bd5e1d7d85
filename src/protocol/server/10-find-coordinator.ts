import { findCoordinatorApi, GROUP_COORDINATOR } from '../apis/10-find-coordinator.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Beside `GROUP_COORDINATOR`: keys are transactional ids. */
export const TRANSACTION_COORDINATOR = 1;

/** Several keys in one request from v4; exactly one before. */
export interface ServedFindCoordinatorRequest {
  readonly keys: readonly string[];
  readonly keyType: number;
}

export interface FoundCoordinator {
  readonly key: string;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export interface ServedFindCoordinatorResponse {
  readonly throttleTimeMs: number;
  readonly coordinators: readonly FoundCoordinator[];
}

export const findCoordinatorServerApi: ServerApi<
  ServedFindCoordinatorRequest,
  ServedFindCoordinatorResponse
> = defineServerApi(findCoordinatorApi, {
  versions: { min: 0, max: 4 },
  readRequest(from, version) {
    const key = version < 4 ? from.string() : '';
    const keyType = version >= 1 ? from.int8() : GROUP_COORDINATOR;
    return { keys: version >= 4 ? from.stringArray() : [key], keyType };
  },
  writeResponse(to, { throttleTimeMs, coordinators }, version) {
    if (version >= 1) to.int32(throttleTimeMs);
    if (version >= 4) {
      to.array(coordinators, (one, found) => {
        one.string(found.key);
        one.int32(found.nodeId);
        one.string(found.host);
        one.int32(found.port);
        one.int16(found.errorCode);
        one.nullableString(found.errorMessage);
        one.tags();
      });
      return;
    }
    const [found] = coordinators;
    to.int16(found?.errorCode ?? 0);
    if (version >= 1) to.nullableString(found?.errorMessage ?? null);
    to.int32(found?.nodeId ?? -1);
    to.string(found?.host ?? '');
    to.int32(found?.port ?? -1);
  },
});
