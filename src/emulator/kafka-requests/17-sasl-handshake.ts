import { saslHandshakeServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** SaslHandshake v0-v1. */
export const saslHandshake: Endpoint = defineEndpoint({
  api: saslHandshakeServerApi,
  gaps: ['PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512; neither OAUTHBEARER nor GSSAPI.'],
  handle: ({ mechanism }, { sasl, version }) => sasl.handshake(mechanism, version),
  refuse: (_, code) => ({ errorCode: code, mechanisms: [] }),
});
