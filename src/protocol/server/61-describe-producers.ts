import {
  type DescribeProducersRequest,
  type DescribeProducersResponse,
  describeProducersApi,
} from '../apis/61-describe-producers.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const describeProducersServerApi: ServerApi<
  DescribeProducersRequest,
  DescribeProducersResponse
> = defineServerApi(describeProducersApi, {
  readRequest: (from) => ({
    topics: from.array((one) => {
      const topic = { topic: one.string(), partitions: one.int32Array() };
      one.tags();
      return topic;
    }),
  }),
  writeResponse(to, { throttleTimeMs, topics }) {
    to.int32(throttleTimeMs);
    to.array(topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, errorCode, errorMessage, producers }) => {
        each.int32(partition);
        each.int16(errorCode);
        each.nullableString(errorMessage);
        each.array(producers, (state, producer) => {
          state.int64(producer.producerId);
          state.int32(producer.producerEpoch);
          state.int32(producer.lastSequence);
          state.int64(producer.lastTimestampMs);
          state.int32(producer.coordinatorEpoch);
          state.int64(producer.transactionStartOffset);
          state.tags();
        });
        each.tags();
      });
      one.tags();
    });
  },
});
