import {
  type EpochEndPartition,
  errorCode,
  offsetForLeaderEpochServerApi,
} from '../../protocol/index.ts';
import { LEADER_EPOCH } from '../kafka-log/batch-log.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { leaderEpochProblem } from './leader-epoch.ts';
import { perPartition } from './per-partition.ts';

/** OffsetForLeaderEpoch v2-v4: there is one epoch, and it has not ended. */
export const offsetForLeaderEpoch: Endpoint = defineEndpoint({
  api: offsetForLeaderEpochServerApi,
  gaps: ['v0-v1 (gone in Kafka 4) are not served.'],
  handle: ({ topics }, { broker }) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, { partition, currentLeaderEpoch, leaderEpoch }) => {
      const log = broker.topics.partition(topic, partition)?.log;
      if (log === undefined) return failed(partition, errorCode.UNKNOWN_TOPIC_OR_PARTITION);
      const problem = leaderEpochProblem(currentLeaderEpoch);
      if (problem !== errorCode.NONE) return failed(partition, problem);
      if (leaderEpoch !== LEADER_EPOCH) return failed(partition, errorCode.NONE);
      return { errorCode: errorCode.NONE, partition, leaderEpoch, endOffset: log.endOffset };
    }),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, { partition }) => failed(partition, code)),
  }),
});

function failed(partition: number, code: number): EpochEndPartition {
  return { errorCode: code, partition, leaderEpoch: -1, endOffset: -1 };
}
