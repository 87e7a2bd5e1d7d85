import { errorCode, listGroupsServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** ListGroups v0-v5: those this broker coordinates. */
export const listGroups: Endpoint = defineEndpoint({
  api: listGroupsServerApi,
  gaps: [],
  handle({ states = [], types = [] }, call) {
    const wanted = call.broker.groups.all.filter(
      ({ id, state, type }) =>
        isAmong(states, state) && isAmong(types, type) && coordinates(call, { group: id }),
    );
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      groups: wanted.map((group) => ({
        groupId: group.id,
        protocolType: group.protocolType,
        state: group.state,
        type: group.type,
      })),
    };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code, groups: [] }),
});

/** Of no wish all are; large and small letters are the same. */
function isAmong(wanted: readonly string[], name: string): boolean {
  const same = name.toLowerCase();
  return wanted.length === 0 || wanted.some((one) => one.toLowerCase() === same);
}
