import { errorCode, offsetCommitServerApi } from '../../protocol/index.ts';
import { groupForCommit } from '../kafka-groups/commit-rules.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';

/** OffsetCommit v2-v9: by members of the current generation, or by anybody while a group has no members. */
export const offsetCommit: Endpoint = defineEndpoint({
  api: offsetCommitServerApi,
  gaps: [
    'v10 (topics by id) is not served.',
    'Retention times in the request are ignored: see `offsetsRetentionMs`.',
  ],
  needs: ({ groupId }) => ({ group: groupId }),
  handle(request, { broker, version }) {
    const group = groupForCommit(broker.groups, request, version);
    return {
      throttleTimeMs: 0,
      topics: perPartition(
        request.topics,
        (topic, { partition, offset, leaderEpoch, metadata }) => {
          if (typeof group === 'number') return { partition, errorCode: group };
          if (broker.topics.partition(topic, partition) === undefined)
            return { partition, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION };
          if (Buffer.byteLength(metadata ?? '') > broker.maxCommitMetadataBytes)
            return { partition, errorCode: errorCode.OFFSET_METADATA_TOO_LARGE };
          group.offsets.commit(topic, partition, {
            offset,
            leaderEpoch: leaderEpoch ?? -1,
            metadata: metadata ?? '',
            committedAtMs: broker.clock.now(),
          });
          return { partition, errorCode: errorCode.NONE };
        },
      ),
    };
  },
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: perPartition(topics, (_, { partition }) => ({ partition, errorCode: code })),
  }),
});
