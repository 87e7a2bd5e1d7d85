import { joinGroupServerApi } from '../../protocol/index.ts';
import { notJoined } from '../kafka-groups/group-answers.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** JoinGroup v0-v9: the classic protocol, with static members. */
export const joinGroup: Endpoint = defineEndpoint({
  api: joinGroupServerApi,
  gaps: ['Members of this protocol cannot join a group of KIP-848 that has members.'],
  needs: ({ groupId }) => ({ group: groupId }),
  handle: (request, { broker, version, client }) => broker.groups.join(request, version, client),
  refuse: ({ memberId }, code) => notJoined(code, memberId),
});
