import {
  type EpochEndPartition,
  errorCode,
  offsetForLeaderEpochServerApi,
} from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';
import { ledPartition } from './right-broker.ts';

/** OffsetForLeaderEpoch v2-v4. */
export const offsetForLeaderEpoch: Endpoint = defineEndpoint({
  api: offsetForLeaderEpochServerApi,
  gaps: ['v0-v1 (gone in Kafka 4) are not served.'],
  handle: ({ topics }, call) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (topic, { partition, currentLeaderEpoch, leaderEpoch }) => {
      const found = ledPartition(call, topic, partition, currentLeaderEpoch);
      if (typeof found === 'number') return failed(partition, found);
      const endOffset = found.log.epochs.endOf(leaderEpoch, found.log.endOffset);
      if (endOffset === undefined) return failed(partition, errorCode.NONE);
      return { errorCode: errorCode.NONE, partition, leaderEpoch, endOffset };
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
