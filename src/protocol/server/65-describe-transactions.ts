import {
  type DescribeTransactionsRequest,
  type DescribeTransactionsResponse,
  describeTransactionsApi,
} from '../apis/65-describe-transactions.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const describeTransactionsServerApi: ServerApi<
  DescribeTransactionsRequest,
  DescribeTransactionsResponse
> = defineServerApi(describeTransactionsApi, {
  readRequest: (from) => ({ transactionalIds: from.stringArray() }),
  writeResponse(to, { throttleTimeMs, transactions }) {
    to.int32(throttleTimeMs);
    to.array(transactions, (one, transaction) => {
      one.int16(transaction.errorCode);
      one.string(transaction.transactionalId);
      one.string(transaction.state);
      one.int32(transaction.timeoutMs);
      one.int64(transaction.startedAtMs);
      one.int64(transaction.producerId);
      one.int16(transaction.producerEpoch);
      one.array(transaction.topics, (each, { topic, partitions }) => {
        each.string(topic);
        each.int32Array(partitions);
        each.tags();
      });
      one.tags();
    });
  },
});
