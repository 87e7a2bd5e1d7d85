import {
  BROKER_ENDPOINT,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
  describeClusterApi,
} from '../apis/60-describe-cluster.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;

export const describeClusterServerApi: ServerApi<DescribeClusterRequest, DescribeClusterResponse> =
  defineServerApi(describeClusterApi, {
    readRequest(from, version) {
      from.boolean(); // authorized operations
      return {
        endpointType: version >= 1 ? from.int8() : BROKER_ENDPOINT,
        includeFencedBrokers: version >= 2 ? from.boolean() : false,
      };
    },
    writeResponse(to, response, version) {
      to.int32(response.throttleTimeMs);
      to.int16(response.errorCode);
      to.nullableString(response.errorMessage);
      if (version >= 1) to.int8(response.endpointType);
      to.string(response.clusterId);
      to.int32(response.controllerId);
      to.array(response.brokers, (one, { nodeId, host, port, rack, fenced }) => {
        one.int32(nodeId);
        one.string(host);
        one.int32(port);
        one.nullableString(rack);
        if (version >= 2) one.boolean(fenced);
        one.tags();
      });
      to.int32(NO_OPERATIONS);
    },
  });
