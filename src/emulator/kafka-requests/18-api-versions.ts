import {
  type ApiVersionRange,
  type ApiVersionsResponse,
  apiVersionsServerApi,
  errorCode,
} from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** ApiVersions v0-v4: what the other endpoints serve, and itself. */
export function apiVersions(others: readonly Endpoint[]): Endpoint {
  const { key, versions } = apiVersionsServerApi;
  const apiKeys: readonly ApiVersionRange[] = [...others, { key, versions }]
    .map((each) => ({
      apiKey: each.key,
      minVersion: each.versions.min,
      maxVersion: each.versions.max,
    }))
    .sort((one, other) => one.apiKey - other.apiKey);
  return defineEndpoint({
    api: apiVersionsServerApi,
    gaps: [
      'v5 (checks of cluster and node id) is not served.',
      'No features are told: there are none to negotiate.',
    ],
    handle: (): ApiVersionsResponse => ({
      errorCode: errorCode.NONE,
      apiKeys,
      throttleTimeMs: 0,
    }),
    refuse: (_, code) => ({ errorCode: code, apiKeys: [], throttleTimeMs: 0 }),
  });
}
