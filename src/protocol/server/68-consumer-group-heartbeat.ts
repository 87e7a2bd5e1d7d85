import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  consumerGroupHeartbeatApi,
  readTopicIdPartitions,
  writeTopicIdPartitions,
} from '../apis/68-consumer-group-heartbeat.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const consumerGroupHeartbeatServerApi: ServerApi<
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse
> = defineServerApi(consumerGroupHeartbeatApi, {
  readRequest: (from, version) => ({
    groupId: from.string(),
    memberId: from.string(),
    memberEpoch: from.int32(),
    instanceId: from.nullableString(),
    rackId: from.nullableString(),
    rebalanceTimeoutMs: from.int32(),
    subscribedTopics: from.nullableArray((one) => one.string()),
    subscribedRegex: version >= 1 ? from.nullableString() : null,
    serverAssignor: from.nullableString(),
    owned: from.nullableArray(readTopicIdPartitions),
  }),
  writeResponse(to, response) {
    to.int32(response.throttleTimeMs);
    to.int16(response.errorCode);
    to.nullableString(response.errorMessage);
    to.nullableString(response.memberId);
    to.int32(response.memberEpoch);
    to.int32(response.heartbeatIntervalMs);
    to.nullableStructure(response.assignment, (one, partitions) => {
      one.array(partitions, writeTopicIdPartitions);
      one.tags();
    });
  },
});
