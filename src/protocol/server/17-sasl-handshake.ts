import {
  type SaslHandshakeRequest,
  type SaslHandshakeResponse,
  saslHandshakeApi,
} from '../apis/17-sasl-handshake.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const saslHandshakeServerApi: ServerApi<SaslHandshakeRequest, SaslHandshakeResponse> =
  defineServerApi(saslHandshakeApi, {
    readRequest: (from) => ({ mechanism: from.string() }),
    writeResponse(to, { errorCode, mechanisms }) {
      to.int16(errorCode);
      to.stringArray(mechanisms);
    },
  });
