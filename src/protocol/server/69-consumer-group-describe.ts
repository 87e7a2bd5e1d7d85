import {
  type ConsumerGroupDescribeRequest,
  type ConsumerGroupDescribeResponse,
  consumerGroupDescribeApi,
  type NamedTopicPartitions,
} from '../apis/69-consumer-group-describe.ts';
import type { Writer } from '../writer.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;

export const consumerGroupDescribeServerApi: ServerApi<
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse
> = defineServerApi(consumerGroupDescribeApi, {
  readRequest(from) {
    const groups = from.stringArray();
    from.boolean(); // authorized operations
    return { groups };
  },
  writeResponse(to, { throttleTimeMs, groups }, version) {
    to.int32(throttleTimeMs);
    to.array(groups, (one, group) => {
      one.int16(group.errorCode);
      one.nullableString(group.errorMessage);
      one.string(group.groupId);
      one.string(group.state);
      one.int32(group.groupEpoch);
      one.int32(group.assignmentEpoch);
      one.string(group.assignor);
      one.array(group.members, (each, member) => {
        each.string(member.memberId);
        each.nullableString(member.instanceId);
        each.nullableString(member.rackId);
        each.int32(member.memberEpoch);
        each.string(member.clientId);
        each.string(member.clientHost);
        each.stringArray(member.subscribedTopics);
        each.nullableString(member.subscribedRegex);
        writeAssignment(each, member.assignment);
        writeAssignment(each, member.target);
        if (version >= 1) each.int8(member.memberType);
        each.tags();
      });
      one.int32(NO_OPERATIONS);
      one.tags();
    });
  },
});

function writeAssignment(to: Writer, topics: readonly NamedTopicPartitions[]): void {
  to.array(topics, (one, { topicId, topic, partitions }) => {
    one.uuid(topicId);
    one.string(topic);
    one.int32Array(partitions);
    one.tags();
  });
  to.tags();
}
