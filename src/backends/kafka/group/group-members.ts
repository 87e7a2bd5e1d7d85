import { type GroupMember, PartitaError } from '../../../core/index.ts';
import { decodeSubscription, type JoinGroupMember } from '../../../protocol/index.ts';
import { listPartitions } from './partition-lists.ts';

/** Members as the leader was told of them. */
export interface ReadMembers {
  readonly members: readonly GroupMember[];
  /** One error per member whose subscription cannot be read. Such a member gets nothing, and the group works on. */
  readonly unreadable: readonly PartitaError[];
}

export function readMembers(group: string, listed: readonly JoinGroupMember[]): ReadMembers {
  const members: GroupMember[] = [];
  const unreadable: PartitaError[] = [];
  for (const member of listed) {
    try {
      members.push(readMember(member));
    } catch (error) {
      unreadable.push(
        new PartitaError(
          'CORRUPT_DATA',
          `Member ${member.memberId} of group ${group} sent a subscription that is none; it gets no partitions. Find out what client it is.`,
          { cause: error, retriable: true },
        ),
      );
    }
  }
  return { members, unreadable };
}

function readMember({ memberId, groupInstanceId, metadata }: JoinGroupMember): GroupMember {
  const subscription = decodeSubscription(metadata);
  return {
    id: memberId,
    topics: [...new Set(subscription.topics)],
    owned: listPartitions(subscription.ownedPartitions),
    generation: subscription.generationId,
    ...(groupInstanceId !== null && { instanceId: groupInstanceId }),
    // librdkafka writes an empty rack for none.
    ...(subscription.rackId && { rack: subscription.rackId }),
    ...(subscription.userData !== null && { userData: subscription.userData }),
  };
}
