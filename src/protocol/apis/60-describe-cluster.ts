// DescribeCluster v0-v2: all versions there are.
import { type Api, defineApi } from '../api.ts';

export const BROKER_ENDPOINT = 1;
export const CONTROLLER_ENDPOINT = 2;

export interface DescribeClusterRequest {
  /** `BROKER_ENDPOINT` or `CONTROLLER_ENDPOINT`; sent from v1. @default BROKER_ENDPOINT */
  readonly endpointType?: number;
  /** Sent from v2. @default false */
  readonly includeFencedBrokers?: boolean;
}

export interface ClusterBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  /** False before v2. */
  readonly fenced: boolean;
}

export interface DescribeClusterResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** `BROKER_ENDPOINT` before v1. */
  readonly endpointType: number;
  readonly clusterId: string;
  readonly controllerId: number;
  readonly brokers: readonly ClusterBroker[];
}

export const describeClusterApi: Api<DescribeClusterRequest, DescribeClusterResponse> = defineApi({
  key: 60,
  name: 'DescribeCluster',
  versions: { min: 0, max: 2 },
  flexibleFrom: 0,
  write(to, { endpointType = BROKER_ENDPOINT, includeFencedBrokers = false }, version) {
    to.boolean(false); // authorized operations
    if (version >= 1) to.int8(endpointType);
    if (version >= 2) to.boolean(includeFencedBrokers);
  },
  read(from, version) {
    const response = {
      throttleTimeMs: from.int32(),
      errorCode: from.int16(),
      errorMessage: from.nullableString(),
      endpointType: version >= 1 ? from.int8() : BROKER_ENDPOINT,
      clusterId: from.string(),
      controllerId: from.int32(),
      brokers: from.array((one) => {
        const broker = {
          nodeId: one.int32(),
          host: one.string(),
          port: one.int32(),
          rack: one.nullableString(),
          fenced: version >= 2 ? one.boolean() : false,
        };
        one.tags();
        return broker;
      }),
    };
    from.int32(); // authorized operations
    from.tags();
    return response;
  },
});
