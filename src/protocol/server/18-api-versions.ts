import { type ApiVersionsResponse, apiVersionsApi } from '../apis/18-api-versions.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Who the client says it is (from v3, KIP-511); empty before. */
export interface ServedApiVersionsRequest {
  readonly clientSoftwareName: string;
  readonly clientSoftwareVersion: string;
}

/** The header of its response is version 0 in every version: without the tag section of other flexible responses. */
export const apiVersionsServerApi: ServerApi<ServedApiVersionsRequest, ApiVersionsResponse> =
  defineServerApi(apiVersionsApi, {
    versions: { min: 0, max: 4 },
    flexibleFrom: 3,
    readRequest: (from, version) => ({
      clientSoftwareName: version >= 3 ? from.string() : '',
      clientSoftwareVersion: version >= 3 ? from.string() : '',
    }),
    writeResponse(to, { errorCode, apiKeys, throttleTimeMs }, version) {
      to.int16(errorCode);
      to.array(apiKeys, (one, { apiKey, minVersion, maxVersion }) => {
        one.int16(apiKey);
        one.int16(minVersion);
        one.int16(maxVersion);
        one.tags();
      });
      if (version >= 1) to.int32(throttleTimeMs);
    },
  });
