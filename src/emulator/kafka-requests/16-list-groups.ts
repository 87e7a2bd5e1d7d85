import { errorCode, listGroupsServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** ListGroups v0-v4: those this broker coordinates. */
export const listGroups: Endpoint = defineEndpoint({
  api: listGroupsServerApi,
  gaps: [],
  handle({ states = [] }, call) {
    const wanted = call.broker.groups.all.filter(
      ({ id, state }) =>
        (states.length === 0 || states.includes(state)) && coordinates(call, { group: id }),
    );
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      groups: wanted.map(({ id, protocolType, state }) => ({
        groupId: id,
        protocolType,
        state,
        type: 'classic',
      })),
    };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code, groups: [] }),
});
