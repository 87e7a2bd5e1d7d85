// FindCoordinator v0-v3. Missing: v4+ (several keys in one request).
import { type Api, defineApi, requireVersion } from '../api.ts';

export const GROUP_COORDINATOR = 0;

export interface FindCoordinatorRequest {
  /** Group id or transactional id. */
  readonly key: string;
  /** `GROUP_COORDINATOR`, or 1 for the coordinator of transactions (from v1). @default GROUP_COORDINATOR */
  readonly keyType?: number;
}

export interface FindCoordinatorResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export const findCoordinatorApi: Api<FindCoordinatorRequest, FindCoordinatorResponse> = defineApi({
  key: 10,
  name: 'FindCoordinator',
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  write(to, { key, keyType = GROUP_COORDINATOR }, version) {
    to.string(key);
    if (keyType !== GROUP_COORDINATOR)
      requireVersion('FindCoordinator', 'another key type than group', version, 1);
    if (version >= 1) to.int8(keyType);
  },
  read(from, version) {
    const response = {
      throttleTimeMs: version >= 1 ? from.int32() : 0,
      errorCode: from.int16(),
      errorMessage: version >= 1 ? from.nullableString() : null,
      nodeId: from.int32(),
      host: from.string(),
      port: from.int32(),
    };
    from.tags();
    return response;
  },
});
