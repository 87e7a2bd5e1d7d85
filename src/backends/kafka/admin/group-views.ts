/** Which groups there are, and who is in them. */
import {
  comparePartitions,
  type GroupDescription,
  type TopicPartition,
} from '../../../core/index.ts';
import {
  type DescribedMember,
  decodeAssignment,
  describeGroupsApi,
  errorCode,
  listGroupsApi,
} from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { AdminCalls } from './admin-calls.ts';

/** Connect workers, schema registries and share groups use the same requests; groups that only store positions name no type. */
const consumerTypes: ReadonlySet<string> = new Set(['consumer', '']);

/** Each broker knows the groups it coordinates. */
export async function listGroups(calls: AdminCalls): Promise<string[]> {
  const groups = new Set<string>();
  const { brokers } = await calls.patiently(() => calls.metadata([]));
  for (const broker of brokers.values()) {
    const listed = await calls.patiently(async () => {
      const answer = await calls.ask(broker, listGroupsApi, {});
      if (answer.errorCode === errorCode.NONE) return answer.groups;
      throw kafkaError(answer.errorCode, `Listing the groups of ${broker.host}:${broker.port}`);
    });
    for (const { groupId, protocolType } of listed)
      if (consumerTypes.has(protocolType)) groups.add(groupId);
  }
  return [...groups].sort();
}

export function describeGroup(calls: AdminCalls, group: string): Promise<GroupDescription> {
  return calls.patiently(async () => {
    const coordinator = await calls.coordinator(group);
    const { groups } = await calls.ask(coordinator, describeGroupsApi, { groups: [group] });
    const described = groups.find(({ groupId }) => groupId === group);
    const code = described?.errorCode ?? errorCode.UNKNOWN_SERVER_ERROR;
    if (described === undefined || code !== errorCode.NONE)
      throw kafkaError(code, `Describing group ${group}`);
    const { state, protocol, members } = described;
    return {
      group,
      state,
      ...(protocol !== '' && { assignor: protocol }),
      members: members.map(toMember),
    };
  });
}

function toMember(member: DescribedMember): GroupDescription['members'][number] {
  const { memberId, groupInstanceId, clientId, clientHost, assignment } = member;
  return {
    memberId,
    ...(groupInstanceId !== null && { instanceId: groupInstanceId }),
    clientId,
    host: clientHost.replace(/^\//, ''),
    partitions: toPartitions(assignment),
  };
}

/** In order; empty while the group is being rebalanced. */
function toPartitions(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  return decodeAssignment(assignment)
    .partitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    .sort(comparePartitions);
}
