// AlterConfigs v0-v2: all versions there are. Settings that are not named go back to their defaults.
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface AlteredConfig {
  readonly name: string;
  readonly value: string | null;
}

export interface AlterConfigsRequest {
  readonly resources: readonly {
    /** `TOPIC_RESOURCE` or `BROKER_RESOURCE`. */
    readonly type: number;
    readonly name: string;
    readonly configs: readonly AlteredConfig[];
  }[];
  /** Check only. @default false */
  readonly validateOnly?: boolean;
}

export interface AlteredResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly type: number;
  readonly name: string;
}

/** Also of IncrementalAlterConfigs. */
export interface AlterConfigsResponse {
  readonly throttleTimeMs: number;
  readonly resources: readonly AlteredResource[];
}

export const alterConfigsApi: Api<AlterConfigsRequest, AlterConfigsResponse> = defineApi({
  key: 33,
  name: 'AlterConfigs',
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  write(to, { resources, validateOnly = false }) {
    to.array(resources, (one, { type, name, configs }) => {
      one.int8(type);
      one.string(name);
      one.array(configs, (each, config) => {
        each.string(config.name);
        each.nullableString(config.value);
        each.tags();
      });
      one.tags();
    });
    to.boolean(validateOnly);
  },
  read: readAlteredResources,
});

export function readAlteredResources(from: Reader): AlterConfigsResponse {
  const throttleTimeMs = from.int32();
  const resources = from.array((one) => {
    const resource = {
      errorCode: one.int16(),
      errorMessage: one.nullableString(),
      type: one.int8(),
      name: one.string(),
    };
    one.tags();
    return resource;
  });
  from.tags();
  return { throttleTimeMs, resources };
}
