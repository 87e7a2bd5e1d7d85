import { addPartitionsToTxnServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ownerProblem } from './transaction-owner.ts';

/** AddPartitionsToTxn v0-v3: all of them, or with one that does not exist none. */
export const addPartitionsToTxn: Endpoint = defineEndpoint({
  api: addPartitionsToTxnServerApi,
  gaps: ['v4+ (several transactions in one request, for brokers) are not served.'],
  needs: ({ transactionalId }) => ({ transaction: transactionalId }),
  handle(request, { broker, version }) {
    const problem = ownerProblem(request, broker, version);
    const exists = (topic: string, partition: number): boolean =>
      broker.topics.partition(topic, partition) !== undefined;
    if (problem === errorCode.NONE && request.topics.length === 0)
      broker.transactions.begun(request);
    const complete = request.topics.every(({ topic, partitions }) =>
      partitions.every((partition) => exists(topic, partition)),
    );
    const codeFor = (topic: string, partition: number): number => {
      if (problem !== errorCode.NONE) return problem;
      if (!exists(topic, partition)) return errorCode.UNKNOWN_TOPIC_OR_PARTITION;
      if (!complete) return errorCode.OPERATION_NOT_ATTEMPTED;
      broker.transactions.addPartition(request, topic, partition);
      return errorCode.NONE;
    };
    return {
      throttleTimeMs: 0,
      topics: perPartition(request.topics, (topic, partition) => ({
        partition,
        errorCode: codeFor(topic, partition),
      })),
    };
  },
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, partition) => ({ partition, errorCode: code })),
  }),
});
