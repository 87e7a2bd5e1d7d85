// DescribeProducers v0: all versions there are.
import { type Api, defineApi } from '../api.ts';

export interface DescribeProducersRequest {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface ActiveProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1: it has written nothing in this epoch. */
  readonly lastSequence: number;
  /** -1 when unknown. */
  readonly lastTimestampMs: number;
  /** Of the last marker; -1: none. */
  readonly coordinatorEpoch: number;
  /** Where its open transaction begins; -1: none is open. */
  readonly transactionStartOffset: number;
}

export interface DescribedProducers {
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly producers: readonly ActiveProducer[];
}

export interface DescribeProducersResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly DescribedProducers[];
  }[];
}

export const describeProducersApi: Api<DescribeProducersRequest, DescribeProducersResponse> =
  defineApi({
    key: 61,
    name: 'DescribeProducers',
    versions: { min: 0, max: 0 },
    flexibleFrom: 0,
    write(to, { topics }) {
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
          const described = {
            partition: each.int32(),
            errorCode: each.int16(),
            errorMessage: each.nullableString(),
            producers: each.array((state) => {
              const producer = {
                producerId: state.int64(),
                producerEpoch: state.int32(),
                lastSequence: state.int32(),
                lastTimestampMs: state.int64(),
                coordinatorEpoch: state.int32(),
                transactionStartOffset: state.int64(),
              };
              state.tags();
              return producer;
            }),
          };
          each.tags();
          return described;
        });
        one.tags();
        return { topic, partitions };
      });
      from.tags();
      return { throttleTimeMs, topics };
    },
  });
