import { saslAuthenticateServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

const NOTHING = Buffer.alloc(0);

/** SaslAuthenticate v0-v2. */
export const saslAuthenticate: Endpoint = defineEndpoint({
  api: saslAuthenticateServerApi,
  gaps: ['Nobody has to authenticate again: the session lifetime is 0.'],
  handle: ({ authBytes }, { sasl }) => sasl.authenticate(authBytes),
  refuse: (_, code) => ({
    errorCode: code,
    errorMessage: null,
    authBytes: NOTHING,
    sessionLifetimeMs: 0,
  }),
});
