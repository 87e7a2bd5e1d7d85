// SaslHandshake v0-v1: all versions there are. With v0 the tokens that follow are frames without a header.
import { type Api, defineApi } from '../api.ts';

export interface SaslHandshakeRequest {
  /** `PLAIN`, `SCRAM-SHA-256`, … */
  readonly mechanism: string;
}

export interface SaslHandshakeResponse {
  readonly errorCode: number;
  /** What the broker takes. */
  readonly mechanisms: readonly string[];
}

export const saslHandshakeApi: Api<SaslHandshakeRequest, SaslHandshakeResponse> = defineApi({
  key: 17,
  name: 'SaslHandshake',
  versions: { min: 0, max: 1 },
  flexibleFrom: Number.POSITIVE_INFINITY,
  write: (to, { mechanism }) => to.string(mechanism),
  read: (from) => ({ errorCode: from.int16(), mechanisms: from.stringArray() }),
});
