import {
  type DescribeConfigsRequest,
  type DescribeConfigsResponse,
  describeConfigsApi,
} from '../apis/32-describe-configs.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

type Entry = DescribeConfigsResponse['resources'][number]['configs'][number];

const UNKNOWN_TYPE = 0;

export const describeConfigsServerApi: ServerApi<DescribeConfigsRequest, DescribeConfigsResponse> =
  defineServerApi(describeConfigsApi, {
    readRequest(from, version) {
      const resources = from.array((one) => {
        const resource = {
          type: one.int8(),
          name: one.string(),
          keys: one.nullableArray((each) => each.string()),
        };
        one.tags();
        return resource;
      });
      const includeSynonyms = from.boolean();
      if (version >= 3) from.boolean(); // documentation
      return { resources, includeSynonyms };
    },
    writeResponse(to, { throttleTimeMs, resources }, version) {
      to.int32(throttleTimeMs);
      to.array(resources, (one, resource) => {
        one.int16(resource.errorCode);
        one.nullableString(resource.errorMessage);
        one.int8(resource.type);
        one.string(resource.name);
        one.array(resource.configs, (each, entry) => writeEntry(each, entry, version));
        one.tags();
      });
    },
  });

function writeEntry(to: Writer, entry: Entry, version: number): void {
  to.string(entry.name);
  to.nullableString(entry.value);
  to.boolean(entry.readOnly);
  to.int8(entry.source);
  to.boolean(entry.sensitive);
  to.array(entry.synonyms, (one, { name, value, source }) => {
    one.string(name);
    one.nullableString(value);
    one.int8(source);
    one.tags();
  });
  if (version >= 3) {
    to.int8(UNKNOWN_TYPE);
    to.nullableString(null);
  }
  to.tags();
}
