import { type DescribedGroup, describeGroupsServerApi, errorCode } from '../../protocol/index.ts';
import type { Group } from '../kafka-groups/group.ts';
import { metadataOf } from '../kafka-groups/group-member.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** Before this version a group nobody has heard of is a dead one, and no error (KIP-1043). */
const NOT_FOUND_FROM = 6;

/** DescribeGroups v0-v6. */
export const describeGroups: Endpoint = defineEndpoint({
  api: describeGroupsServerApi,
  gaps: [],
  handle: ({ groups }, call) => ({
    throttleTimeMs: 0,
    groups: groups.map((id) => {
      if (!coordinates(call, { group: id })) return unknown(id, errorCode.NOT_COORDINATOR);
      const group = call.broker.groups.get(id);
      if (group !== undefined) return describe(group);
      return call.version < NOT_FOUND_FROM
        ? unknown(id, errorCode.NONE)
        : { ...unknown(id, errorCode.GROUP_ID_NOT_FOUND), errorMessage: `Group ${id} not found.` };
    }),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map((id) => unknown(id, code)),
  }),
});

function unknown(groupId: string, code: number): DescribedGroup {
  return { errorCode: code, groupId, state: 'Dead', protocolType: '', protocol: '', members: [] };
}

function describe(group: Group): DescribedGroup {
  // Before all have their assignments there is no protocol to tell, and no metadata of one.
  const settled = group.state === 'Stable';
  return {
    errorCode: errorCode.NONE,
    groupId: group.id,
    state: group.state,
    protocolType: group.protocolType,
    protocol: settled ? group.protocol : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      ...member.client,
      metadata: metadataOf(member, settled ? group.protocol : ''),
      assignment: member.assignment,
    })),
  };
}
