// ConsumerGroupDescribe v0-v1: all versions there are.
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';
import type { TopicIdPartitions } from './68-consumer-group-heartbeat.ts';

/** A member of the protocol of KIP-848, not of the classic one (0). */
export const CONSUMER_MEMBER = 1;
const UNKNOWN_MEMBER_TYPE = -1;

export interface ConsumerGroupDescribeRequest {
  readonly groups: readonly string[];
}

export interface NamedTopicPartitions extends TopicIdPartitions {
  readonly topic: string;
}

export interface DescribedConsumer {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly memberEpoch: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopics: readonly string[];
  readonly subscribedRegex: string | null;
  /** What the member owns. */
  readonly assignment: readonly NamedTopicPartitions[];
  /** What it will own when others have given up theirs. */
  readonly target: readonly NamedTopicPartitions[];
  /** `CONSUMER_MEMBER`, 0 for one of the classic protocol, -1 before v1. */
  readonly memberType: number;
}

export interface DescribedConsumerGroup {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly groupId: string;
  /** `Empty`, `Assigning`, `Reconciling`, `Stable`, `Dead`. */
  readonly state: string;
  readonly groupEpoch: number;
  readonly assignmentEpoch: number;
  readonly assignor: string;
  readonly members: readonly DescribedConsumer[];
}

export interface ConsumerGroupDescribeResponse {
  readonly throttleTimeMs: number;
  readonly groups: readonly DescribedConsumerGroup[];
}

export const consumerGroupDescribeApi: Api<
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse
> = defineApi({
  key: 69,
  name: 'ConsumerGroupDescribe',
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  write(to, { groups }) {
    to.stringArray(groups);
    to.boolean(false); // authorized operations
  },
  read(from, version) {
    const throttleTimeMs = from.int32();
    const groups = from.array((one) => {
      const group = {
        errorCode: one.int16(),
        errorMessage: one.nullableString(),
        groupId: one.string(),
        state: one.string(),
        groupEpoch: one.int32(),
        assignmentEpoch: one.int32(),
        assignor: one.string(),
        members: one.array((each) => readMember(each, version)),
      };
      one.int32(); // authorized operations
      one.tags();
      return group;
    });
    from.tags();
    return { throttleTimeMs, groups };
  },
});

function readMember(from: Reader, version: number): DescribedConsumer {
  const member = {
    memberId: from.string(),
    instanceId: from.nullableString(),
    rackId: from.nullableString(),
    memberEpoch: from.int32(),
    clientId: from.string(),
    clientHost: from.string(),
    subscribedTopics: from.stringArray(),
    subscribedRegex: from.nullableString(),
    assignment: readAssignment(from),
    target: readAssignment(from),
    memberType: version >= 1 ? from.int8() : UNKNOWN_MEMBER_TYPE,
  };
  from.tags();
  return member;
}

function readAssignment(from: Reader): NamedTopicPartitions[] {
  const topics = from.array((one) => {
    const topic = { topicId: one.uuid(), topic: one.string(), partitions: one.int32Array() };
    one.tags();
    return topic;
  });
  from.tags();
  return topics;
}
