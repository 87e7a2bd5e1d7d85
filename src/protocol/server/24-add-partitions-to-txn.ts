import {
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
  addPartitionsToTxnApi,
} from '../apis/24-add-partitions-to-txn.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const addPartitionsToTxnServerApi: ServerApi<
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse
> = defineServerApi(addPartitionsToTxnApi, {
  readRequest: (from) => ({
    transactionalId: from.string(),
    producerId: from.int64(),
    producerEpoch: from.int16(),
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
      one.array(partitions, (each, { partition, errorCode }) => {
        each.int32(partition);
        each.int16(errorCode);
        each.tags();
      });
      one.tags();
    });
  },
});
