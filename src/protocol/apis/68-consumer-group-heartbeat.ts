// ConsumerGroupHeartbeat v0-v1: all versions there are.
import { type Api, defineApi, requireVersion } from '../api.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

/** Partitions of a topic that goes by its id: base64url of 16 bytes. */
export interface TopicIdPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** Of the member protocol of KIP-848. Fields that are null or left out have not changed since the last heartbeat. */
export interface ConsumerGroupHeartbeatRequest {
  readonly groupId: string;
  /** Empty to be given one, in v0 only. */
  readonly memberId: string;
  /** 0 to join, -1 to leave, -2 to leave for a while as a static member. */
  readonly memberEpoch: number;
  /** @default null */
  readonly instanceId?: string | null;
  /** @default null */
  readonly rackId?: string | null;
  /** How long the member may take to give partitions up; -1: unchanged. @default -1 */
  readonly rebalanceTimeoutMs?: number;
  /** @default null */
  readonly subscribedTopics?: readonly string[] | null;
  /** A regular expression of RE2; needs v1. @default null */
  readonly subscribedRegex?: string | null;
  /** Name of the assignor that the coordinator shall use. @default null */
  readonly serverAssignor?: string | null;
  /** Partitions the member owns at the moment. @default null */
  readonly owned?: readonly TopicIdPartitions[] | null;
}

export interface ConsumerGroupHeartbeatResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** What the member shall own; null: unchanged. */
  readonly assignment: readonly TopicIdPartitions[] | null;
}

export const consumerGroupHeartbeatApi: Api<
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse
> = defineApi({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  write(to, request, version) {
    to.string(request.groupId);
    to.string(request.memberId);
    to.int32(request.memberEpoch);
    to.nullableString(request.instanceId);
    to.nullableString(request.rackId);
    to.int32(request.rebalanceTimeoutMs ?? -1);
    to.nullableArray(request.subscribedTopics, (one, topic) => one.string(topic));
    if (request.subscribedRegex != null)
      requireVersion('ConsumerGroupHeartbeat', 'a regular expression', version, 1);
    if (version >= 1) to.nullableString(request.subscribedRegex);
    to.nullableString(request.serverAssignor);
    to.nullableArray(request.owned, writeTopicIdPartitions);
  },
  read(from) {
    const response = {
      throttleTimeMs: from.int32(),
      errorCode: from.int16(),
      errorMessage: from.nullableString(),
      memberId: from.nullableString(),
      memberEpoch: from.int32(),
      heartbeatIntervalMs: from.int32(),
      assignment: from.nullableStructure((one) => {
        const partitions = one.array(readTopicIdPartitions);
        one.tags();
        return partitions;
      }),
    };
    from.tags();
    return response;
  },
});

export function writeTopicIdPartitions(
  to: Writer,
  { topicId, partitions }: TopicIdPartitions,
): void {
  to.uuid(topicId);
  to.int32Array(partitions);
  to.tags();
}

export function readTopicIdPartitions(from: Reader): TopicIdPartitions {
  const topic = { topicId: from.uuid(), partitions: from.int32Array() };
  from.tags();
  return topic;
}
