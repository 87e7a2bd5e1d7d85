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
  gaps: ['v6 (an error message; unknown groups as errors) is not served.'],
  handle: ({ groups }, call) => ({
    throttleTimeMs: 0,
    groups: groups.map((id) => {
      if (!coordinates(call, { group: id })) return unknown(id, errorCode.NOT_COORDINATOR);
      const group = call.broker.groups.get(id);
      return group === undefined ? unknown(id, errorCode.NONE) : describe(group);
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
  // Before all have joined there is no protocol, and no metadata of one.
  const settled = group.state === 'Stable' || group.state === 'CompletingRebalance';
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
