import {
  type AlterConfigsRequest,
  type AlterConfigsResponse,
  alterConfigsApi,
} from '../apis/33-alter-configs.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const alterConfigsServerApi: ServerApi<AlterConfigsRequest, AlterConfigsResponse> =
  defineServerApi(alterConfigsApi, {
    readRequest(from) {
      const resources = from.array((one) => {
        const type = one.int8();
        const name = one.string();
        const configs = one.array((each) => {
          const config = { name: each.string(), value: each.nullableString() };
          each.tags();
          return config;
        });
        one.tags();
        return { type, name, configs };
      });
      return { resources, validateOnly: from.boolean() };
    },
    writeResponse: writeAlteredResources,
  });

export function writeAlteredResources(
  to: Writer,
  { throttleTimeMs, resources }: AlterConfigsResponse,
): void {
  to.int32(throttleTimeMs);
  to.array(resources, (one, { errorCode, errorMessage, type, name }) => {
    one.int16(errorCode);
    one.nullableString(errorMessage);
    one.int8(type);
    one.string(name);
    one.tags();
  });
}
