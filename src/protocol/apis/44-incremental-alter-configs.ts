// IncrementalAlterConfigs v0-v1: all versions there are. Settings that are not named stay as they are.
import { type Api, defineApi } from '../api.ts';
import {
  type AlterConfigsResponse,
  type AlteredConfig,
  readAlteredResources,
} from './33-alter-configs.ts';

export const SET_CONFIG = 0;
export const DELETE_CONFIG = 1;
/** To a list. */
export const APPEND_CONFIG = 2;
/** From a list. */
export const SUBTRACT_CONFIG = 3;

export interface ConfigOperation extends AlteredConfig {
  /** `SET_CONFIG`, `DELETE_CONFIG`, `APPEND_CONFIG` or `SUBTRACT_CONFIG`. */
  readonly operation: number;
}

export interface IncrementalAlterConfigsRequest {
  readonly resources: readonly {
    /** `TOPIC_RESOURCE` or `BROKER_RESOURCE`. */
    readonly type: number;
    readonly name: string;
    readonly configs: readonly ConfigOperation[];
  }[];
  /** Check only. @default false */
  readonly validateOnly?: boolean;
}

export const incrementalAlterConfigsApi: Api<IncrementalAlterConfigsRequest, AlterConfigsResponse> =
  defineApi({
    key: 44,
    name: 'IncrementalAlterConfigs',
    versions: { min: 0, max: 1 },
    flexibleFrom: 1,
    write(to, { resources, validateOnly = false }) {
      to.array(resources, (one, { type, name, configs }) => {
        one.int8(type);
        one.string(name);
        one.array(configs, (each, config) => {
          each.string(config.name);
          each.int8(config.operation);
          each.nullableString(config.value);
          each.tags();
        });
        one.tags();
      });
      to.boolean(validateOnly);
    },
    read: readAlteredResources,
  });
