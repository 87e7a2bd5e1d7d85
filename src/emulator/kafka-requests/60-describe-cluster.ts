import {
  BROKER_ENDPOINT,
  CONTROLLER_ENDPOINT,
  type DescribeClusterResponse,
  describeClusterServerApi,
  errorCode,
} from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** DescribeCluster v0-v2: the brokers that run. */
export const describeCluster: Endpoint = defineEndpoint({
  api: describeClusterServerApi,
  gaps: ['Authorized operations are not told: there is no authorization.'],
  handle({ endpointType = BROKER_ENDPOINT }, { broker: { clusterId, cluster } }) {
    if (endpointType === CONTROLLER_ENDPOINT)
      return failed(errorCode.MISMATCHED_ENDPOINT_TYPE, 'This is an endpoint of brokers.');
    if (endpointType !== BROKER_ENDPOINT)
      return failed(errorCode.UNSUPPORTED_ENDPOINT_TYPE, 'There is no such kind of endpoint.');
    return {
      ...failed(errorCode.NONE, null),
      clusterId,
      controllerId: cluster.controller?.nodeId ?? -1,
      brokers: cluster.running.map(({ nodeId, address }) => ({
        nodeId,
        ...address,
        rack: null,
        fenced: false,
      })),
    };
  },
  refuse: (_, code) => failed(code, null),
});

function failed(code: number, errorMessage: string | null): DescribeClusterResponse {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage,
    endpointType: BROKER_ENDPOINT,
    clusterId: '',
    controllerId: -1,
    brokers: [],
  };
}
