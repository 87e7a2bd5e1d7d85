import {
  type SaslAuthenticateRequest,
  type SaslAuthenticateResponse,
  saslAuthenticateApi,
} from '../apis/36-sasl-authenticate.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const saslAuthenticateServerApi: ServerApi<
  SaslAuthenticateRequest,
  SaslAuthenticateResponse
> = defineServerApi(saslAuthenticateApi, {
  readRequest: (from) => ({ authBytes: from.bytes() }),
  writeResponse(to, { errorCode, errorMessage, authBytes, sessionLifetimeMs }, version) {
    to.int16(errorCode);
    to.nullableString(errorMessage);
    to.bytes(authBytes);
    if (version >= 1) to.int64(sessionLifetimeMs);
  },
});
