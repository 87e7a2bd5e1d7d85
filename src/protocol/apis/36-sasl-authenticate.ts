// SaslAuthenticate v0-v2: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface SaslAuthenticateRequest {
  /** One message of the mechanism. */
  readonly authBytes: Buffer;
}

export interface SaslAuthenticateResponse {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly authBytes: Buffer;
  /** When the client has to authenticate again; 0: never. 0 before v1. */
  readonly sessionLifetimeMs: number;
}

export const saslAuthenticateApi: Api<SaslAuthenticateRequest, SaslAuthenticateResponse> =
  defineApi({
    key: 36,
    name: 'SaslAuthenticate',
    versions: { min: 0, max: 2 },
    flexibleFrom: 2,
    write: (to, { authBytes }) => to.bytes(authBytes),
    read(from, version) {
      const response = {
        errorCode: from.int16(),
        errorMessage: from.nullableString(),
        authBytes: from.bytes(),
        sessionLifetimeMs: version >= 1 ? from.int64() : 0,
      };
      from.tags();
      return response;
    },
  });
