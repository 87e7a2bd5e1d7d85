import { errorCode, txnOffsetCommitServerApi } from '../../protocol/index.ts';
import { groupForTransaction } from '../kafka-groups/commit-rules.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ownerProblem } from './transaction-owner.ts';

/** TxnOffsetCommit v0-v3: counts when the transaction is committed. */
export const txnOffsetCommit: Endpoint = defineEndpoint({
  api: txnOffsetCommitServerApi,
  gaps: ['v4-v5 (transactions v2) are not served.'],
  needs: ({ groupId }) => ({ group: groupId }),
  handle(request, { broker, version }) {
    const { transactionalId, groupId, producerId, topics } = request;
    const included = broker.transactions.includes(transactionalId, request, { groupId });
    const problem =
      ownerProblem(request, broker, version) ||
      (included ? errorCode.NONE : errorCode.INVALID_TXN_STATE);
    const group =
      problem === errorCode.NONE ? groupForTransaction(broker.groups, request) : problem;
    return {
      throttleTimeMs: 0,
      topics: perPartition(topics, (topic, { partition, offset, leaderEpoch = -1, metadata }) => {
        if (typeof group === 'number') return { partition, errorCode: group };
        if (broker.topics.partition(topic, partition) === undefined)
          return { partition, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION };
        if (Buffer.byteLength(metadata ?? '') > broker.maxCommitMetadataBytes)
          return { partition, errorCode: errorCode.OFFSET_METADATA_TOO_LARGE };
        const committed = {
          offset,
          leaderEpoch,
          metadata: metadata ?? '',
          committedAtMs: broker.clock.now(),
        };
        group.offsets.commitLater(producerId, topic, partition, committed);
        return { partition, errorCode: errorCode.NONE };
      }),
    };
  },
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, { partition }) => ({ partition, errorCode: code })),
  }),
});
