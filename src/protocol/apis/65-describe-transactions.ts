// DescribeTransactions v0: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface DescribeTransactionsRequest {
  readonly transactionalIds: readonly string[];
}

export interface DescribedTransaction {
  readonly errorCode: number;
  readonly transactionalId: string;
  /** `Empty`, `Ongoing`, `PrepareCommit`, `PrepareAbort`, `CompleteCommit`, `CompleteAbort`. */
  readonly state: string;
  readonly timeoutMs: number;
  /** -1: none is open. */
  readonly startedAtMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface DescribeTransactionsResponse {
  readonly throttleTimeMs: number;
  readonly transactions: readonly DescribedTransaction[];
}

export const describeTransactionsApi: Api<
  DescribeTransactionsRequest,
  DescribeTransactionsResponse
> = defineApi({
  key: 65,
  name: 'DescribeTransactions',
  versions: { min: 0, max: 0 },
  flexibleFrom: 0,
  write(to, { transactionalIds }) {
    to.stringArray(transactionalIds);
  },
  read(from) {
    const throttleTimeMs = from.int32();
    const transactions = from.array((one) => {
      const transaction = {
        errorCode: one.int16(),
        transactionalId: one.string(),
        state: one.string(),
        timeoutMs: one.int32(),
        startedAtMs: one.int64(),
        producerId: one.int64(),
        producerEpoch: one.int16(),
        topics: one.array((each) => {
          const topic = { topic: each.string(), partitions: each.int32Array() };
          each.tags();
          return topic;
        }),
      };
      one.tags();
      return transaction;
    });
    from.tags();
    return { throttleTimeMs, transactions };
  },
});
