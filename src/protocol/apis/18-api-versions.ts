// ApiVersions v0-v2. Missing: v3+ (flexible request, but its response header never is; carries client name and features).
import { type Api, defineApi } from '../api.ts';

export type ApiVersionsRequest = Readonly<Record<string, never>>;

export interface ApiVersionRange {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

export interface ApiVersionsResponse {
  readonly errorCode: number;
  readonly apiKeys: readonly ApiVersionRange[];
  readonly throttleTimeMs: number;
}

export const apiVersionsApi: Api<ApiVersionsRequest, ApiVersionsResponse> = defineApi({
  key: 18,
  name: 'ApiVersions',
  versions: { min: 0, max: 2 },
  flexibleFrom: Number.POSITIVE_INFINITY,
  write() {},
  read: (from, version) => ({
    errorCode: from.int16(),
    apiKeys: from.array((one) => ({
      apiKey: one.int16(),
      minVersion: one.int16(),
      maxVersion: one.int16(),
    })),
    throttleTimeMs: version >= 1 ? from.int32() : 0,
  }),
});
