import {
  type DescribedProducers,
  describeProducersServerApi,
  errorCode,
} from '../../protocol/index.ts';
import type { Partition } from '../kafka-log/partition.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

const NONE_OPEN = -1;

/** DescribeProducers v0: those that a partition remembers. */
export const describeProducers: Endpoint = defineEndpoint({
  api: describeProducersServerApi,
  gaps: ['Producers are remembered by number (10000 per partition), not by time.'],
  handle: ({ topics }, call) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, partition) => {
      const found = ledPartition(call, topic, partition);
      if (typeof found !== 'number') return describe(partition, found);
      const isTopic = call.broker.topics.get(topic) !== undefined;
      return failed(partition, found, isTopic ? null : `There is no topic '${topic}'.`);
    }),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, partition) => failed(partition, code, null)),
  }),
});

function describe(partition: number, { producers, transactions }: Partition): DescribedProducers {
  return {
    ...failed(partition, errorCode.NONE, null),
    producers: [...producers].map(({ epoch, ...producer }) => ({
      ...producer,
      producerEpoch: epoch,
      transactionStartOffset: transactions.firstOffset(producer.producerId) ?? NONE_OPEN,
    })),
  };
}

function failed(partition: number, code: number, errorMessage: string | null): DescribedProducers {
  return { partition, errorCode: code, errorMessage, producers: [] };
}
