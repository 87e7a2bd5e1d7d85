// AddPartitionsToTxn v0-v3. Missing: v4+ (several transactions in one request, for brokers).
import { type Api, defineApi } from '../api.ts';

/** How a request names its transaction. */
export interface TransactionOwner {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface AddPartitionsToTxnRequest extends TransactionOwner {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface AddPartitionsToTxnResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

export const addPartitionsToTxnApi: Api<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> =
  defineApi({
    key: 24,
    name: 'AddPartitionsToTxn',
    versions: { min: 0, max: 3 },
    flexibleFrom: 3,
    write(to, { transactionalId, producerId, producerEpoch, topics }) {
      to.string(transactionalId);
      to.int64(producerId);
      to.int16(producerEpoch);
      to.array(topics, (one, { topic, partitions }) => {
        one.string(topic);
        one.int32Array(partitions);
        one.tags();
      });
    },
    read(from) {
      const throttleTimeMs = from.int32();
      const topics = from.array((one) => {
        const topic = one.string();
        const partitions = one.array((each) => {
          const result = { partition: each.int32(), errorCode: each.int16() };
          each.tags();
          return result;
        });
        one.tags();
        return { topic, partitions };
      });
      from.tags();
      return { throttleTimeMs, topics };
    },
  });
