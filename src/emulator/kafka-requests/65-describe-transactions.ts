import {
  type DescribedTransaction,
  describeTransactionsServerApi,
  errorCode,
} from '../../protocol/index.ts';
import type { TransactionView } from '../kafka-transactions/transactions.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';
import { stateName } from './transaction-states.ts';

/** DescribeTransactions v0. */
export const describeTransactions: Endpoint = defineEndpoint({
  api: describeTransactionsServerApi,
  gaps: [],
  handle: ({ transactionalIds }, call) => ({
    throttleTimeMs: 0,
    transactions: transactionalIds.map((id) => {
      if (id === '') return failed(id, errorCode.INVALID_REQUEST);
      if (!coordinates(call, { transaction: id })) return failed(id, errorCode.NOT_COORDINATOR);
      const transaction = call.broker.transactions.get(id);
      return transaction === undefined
        ? failed(id, errorCode.TRANSACTIONAL_ID_NOT_FOUND)
        : describe(transaction);
    }),
  }),
  refuse: ({ transactionalIds }, code) => ({
    throttleTimeMs: 0,
    transactions: transactionalIds.map((id) => failed(id, code)),
  }),
});

function describe(transaction: TransactionView): DescribedTransaction {
  const { id, timeoutMs, startedAtMs, producerId, epoch, partitions } = transaction;
  return {
    ...failed(id, errorCode.NONE),
    state: stateName(transaction),
    timeoutMs,
    startedAtMs,
    producerId,
    producerEpoch: epoch,
    topics: [...partitions].map(([topic, of]) => ({ topic, partitions: [...of] })),
  };
}

function failed(transactionalId: string, code: number): DescribedTransaction {
  return {
    errorCode: code,
    transactionalId,
    state: '',
    timeoutMs: 0,
    startedAtMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  };
}
