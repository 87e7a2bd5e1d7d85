import {
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  describeTopicPartitionsApi,
  readCursor,
  writeCursor,
} from '../apis/75-describe-topic-partitions.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;

export const describeTopicPartitionsServerApi: ServerApi<
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse
> = defineServerApi(describeTopicPartitionsApi, {
  readRequest: (from) => ({
    topics: from.array((one) => {
      const topic = one.string();
      one.tags();
      return topic;
    }),
    partitionLimit: from.int32(),
    cursor: from.nullableStructure(readCursor),
  }),
  writeResponse(to, { throttleTimeMs, topics, next }) {
    to.int32(throttleTimeMs);
    to.array(topics, (one, { errorCode, topic, topicId, internal, partitions }) => {
      one.int16(errorCode);
      one.nullableString(topic);
      one.uuid(topicId);
      one.boolean(internal);
      one.array(partitions, (each, partition) => {
        each.int16(partition.errorCode);
        each.int32(partition.partition);
        each.int32(partition.leaderId);
        each.int32(partition.leaderEpoch);
        each.int32Array(partition.replicas);
        each.int32Array(partition.isr);
        each.nullableArray(partition.eligibleLeaders, (id, value) => id.int32(value));
        each.nullableArray(partition.lastKnownEligibleLeaders, (id, value) => id.int32(value));
        each.int32Array(partition.offlineReplicas);
        each.tags();
      });
      one.int32(NO_OPERATIONS);
      one.tags();
    });
    to.nullableStructure(next, writeCursor);
  },
});
