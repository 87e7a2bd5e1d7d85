import type { AlterConfigsResponse } from '../apis/33-alter-configs.ts';
import {
  type IncrementalAlterConfigsRequest,
  incrementalAlterConfigsApi,
} from '../apis/44-incremental-alter-configs.ts';
import { writeAlteredResources } from './33-alter-configs.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const incrementalAlterConfigsServerApi: ServerApi<
  IncrementalAlterConfigsRequest,
  AlterConfigsResponse
> = defineServerApi(incrementalAlterConfigsApi, {
  readRequest(from) {
    const resources = from.array((one) => {
      const type = one.int8();
      const name = one.string();
      const configs = one.array((each) => {
        const config = {
          name: each.string(),
          operation: each.int8(),
          value: each.nullableString(),
        };
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
