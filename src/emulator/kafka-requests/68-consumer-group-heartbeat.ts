import { consumerGroupHeartbeatServerApi } from '../../protocol/index.ts';
import { heartbeatRefused } from '../kafka-groups/heartbeat-answers.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** ConsumerGroupHeartbeat v0-v1: the coordinator shares out the partitions (KIP-848), by `uniform` or `range`. */
export const consumerGroupHeartbeat: Endpoint = defineEndpoint({
  api: consumerGroupHeartbeatServerApi,
  gaps: [
    'A group with members is of one protocol: members of the classic one are not moved over, and cannot join.',
    'Regular expressions are those of JavaScript, not of RE2. Racks are kept and told, and change nothing.',
  ],
  needs: ({ groupId }) => ({ group: groupId }),
  handle: (request, { broker, version, client }) =>
    broker.groups.heartbeat(request, version, client, broker.topics),
  refuse: (_, code) => ({ ...heartbeatRefused([code, '']), errorMessage: null }),
});
