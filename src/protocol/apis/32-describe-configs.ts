// DescribeConfigs v1-v4. Missing: v0 (gone in Kafka 4).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export const TOPIC_RESOURCE = 2;
export const BROKER_RESOURCE = 4;

export interface ConfigResource {
  /** `TOPIC_RESOURCE` or `BROKER_RESOURCE`. */
  readonly type: number;
  readonly name: string;
  /** `null`: all. */
  readonly keys: readonly string[] | null;
}

export interface DescribeConfigsRequest {
  readonly resources: readonly ConfigResource[];
  /** @default false */
  readonly includeSynonyms?: boolean;
}

export interface ConfigSynonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

export interface ConfigEntry {
  readonly name: string;
  /** Null when sensitive. */
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: number;
  readonly sensitive: boolean;
  readonly synonyms: readonly ConfigSynonym[];
}

export interface DescribedResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly type: number;
  readonly name: string;
  readonly configs: readonly ConfigEntry[];
}

export interface DescribeConfigsResponse {
  readonly throttleTimeMs: number;
  readonly resources: readonly DescribedResource[];
}

export const describeConfigsApi: Api<DescribeConfigsRequest, DescribeConfigsResponse> = defineApi({
  key: 32,
  name: 'DescribeConfigs',
  versions: { min: 1, max: 4 },
  flexibleFrom: 4,
  write(to, { resources, includeSynonyms = false }, version) {
    to.array(resources, (one, { type, name, keys }) => {
      one.int8(type);
      one.string(name);
      one.nullableArray(keys, (each, key) => each.string(key));
      one.tags();
    });
    to.boolean(includeSynonyms);
    if (version >= 3) to.boolean(false);
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const resources = from.array((one) => {
      const resource = {
        errorCode: one.int16(),
        errorMessage: one.nullableString(),
        type: one.int8(),
        name: one.string(),
        configs: one.array((each) => readEntry(each, version)),
      };
      one.tags();
      return resource;
    });
    from.tags();
    return { throttleTimeMs, resources };
  },
});

function readEntry(from: Reader, version: number): ConfigEntry {
  const entry = {
    name: from.string(),
    value: from.nullableString(),
    readOnly: from.boolean(),
    source: from.int8(),
    sensitive: from.boolean(),
    synonyms: from.array(readSynonym),
  };
  if (version >= 3) {
    from.int8(); // type of the value
    from.nullableString(); // documentation, never asked for
  }
  from.tags();
  return entry;
}

function readSynonym(from: Reader): ConfigSynonym {
  const synonym = { name: from.string(), value: from.nullableString(), source: from.int8() };
  from.tags();
  return synonym;
}
