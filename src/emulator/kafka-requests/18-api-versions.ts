import { type ApiVersionsResponse, apiVersionsServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** ApiVersions v0-v4: what is served here. */
export const apiVersions: Endpoint = defineEndpoint({
  api: apiVersionsServerApi,
  gaps: [
    'v5 (checks of cluster and node id) is not served.',
    'No features are told: there are none to negotiate.',
  ],
  handle: (_, { broker }): ApiVersionsResponse => ({
    errorCode: errorCode.NONE,
    apiKeys: broker.versions.ranges,
    throttleTimeMs: 0,
  }),
  refuse: (_, code) => ({ errorCode: code, apiKeys: [], throttleTimeMs: 0 }),
});
