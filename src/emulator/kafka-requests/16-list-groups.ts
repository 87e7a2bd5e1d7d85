import { errorCode, listGroupsServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** ListGroups v0-v4. */
export const listGroups: Endpoint = defineEndpoint({
  api: listGroupsServerApi,
  gaps: ['v5 (filter by group type) is not served.'],
  handle({ states = [] }, { broker }) {
    const wanted = broker.groups.all.filter(
      ({ state }) => states.length === 0 || states.includes(state),
    );
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      groups: wanted.map(({ id, protocolType, state }) => ({ groupId: id, protocolType, state })),
    };
  },
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code, groups: [] }),
});
