// AddPartitionsToTxn v0-v3. Missing: v4+ (several transactions in one request, for brokers).
import { defineServerApi, type ServerApi } from './server-api.ts';

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

export const addPartitionsToTxnServerApi: ServerApi<
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse
> = defineServerApi(
  { key: 24, name: 'AddPartitionsToTxn', versions: { min: 0, max: 3 }, flexibleFrom: 3 },
  {
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
  },
);
