import {
  type HeartbeatRequest,
  type HeartbeatResponse,
  heartbeatApi,
} from '../apis/12-heartbeat.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const heartbeatServerApi: ServerApi<HeartbeatRequest, HeartbeatResponse> = defineServerApi(
  heartbeatApi,
  {
    readRequest: (from, version) => ({
      groupId: from.string(),
      generationId: from.int32(),
      memberId: from.string(),
      groupInstanceId: version >= 3 ? from.nullableString() : null,
    }),
    writeResponse(to, { throttleTimeMs, errorCode }, version) {
      if (version >= 1) to.int32(throttleTimeMs);
      to.int16(errorCode);
    },
  },
);
