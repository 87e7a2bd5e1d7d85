import { errorCode, type ProducePartitionResult, produceServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

/** Produce v3-v10: appends one batch per partition. */
export const produce: Endpoint = defineEndpoint({
  api: produceServerApi,
  gaps: [
    'v0-v2 (record formats before Kafka 0.11), v11-v12 (transactions v2) and v13 (topics by id) are not served.',
    'The records inside a batch are not looked at, only its header, checksum and length; in topics that are to be compacted, their keys too.',
  ],
  handle({ acks, topics, transactionalId = null }, call) {
    const { broker } = call;
    const legal = acks === 0 || acks === 1 || acks === -1;
    const nowMs = broker.clock.now();
    const answered = perPartition(topics, (name, { partition, records }) => {
      if (!legal) return failed(partition, errorCode.INVALID_REQUIRED_ACKS);
      const topic = broker.topics.get(name);
      const target = ledPartition(call, name, partition);
      if (topic === undefined || typeof target === 'number')
        return result(partition, {
          errorCode: typeof target === 'number' ? target : errorCode.UNKNOWN_TOPIC_OR_PARTITION,
          currentLeader:
            target === errorCode.NOT_LEADER_OR_FOLLOWER
              ? broker.cluster.leader(name, partition)
              : null,
        });
      const appended = target.append(records, topic.batchRules, nowMs, (producer) =>
        broker.transactions.includes(transactionalId, producer, { topic: name, partition }),
      );
      return 'baseOffset' in appended
        ? result(partition, {
            baseOffset: appended.baseOffset,
            logAppendTimeMs: appended.appendTimeMs,
            logStartOffset: target.log.startOffset,
          })
        : result(partition, {
            errorCode: appended.errorCode,
            errorMessage: appended.message,
            recordErrors: (appended.records ?? []).map((batchIndex) => ({
              batchIndex,
              message: appended.message,
            })),
            ...((appended.records !== undefined ||
              (transactionalId === null && toldWithStart.has(appended.errorCode))) && {
              logStartOffset: target.log.startOffset,
            }),
          });
    });
    return acks === 0 ? undefined : { topics: answered, throttleTimeMs: 0 };
  },
  refuse: ({ topics }, code) => ({
    topics: perPartition(topics, (_: string, { partition }) => failed(partition, code)),
    throttleTimeMs: 0,
  }),
});

/** Errors of an append that has got as far as the log: its start is told. */
const toldWithStart: ReadonlySet<number> = new Set([
  errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errorCode.INVALID_PRODUCER_EPOCH,
]);

function failed(partition: number, code: number): ProducePartitionResult {
  return result(partition, { errorCode: code });
}

function result(partition: number, told: Partial<ProducePartitionResult>): ProducePartitionResult {
  return {
    partition,
    errorCode: errorCode.NONE,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
    currentLeader: null,
    ...told,
  };
}
