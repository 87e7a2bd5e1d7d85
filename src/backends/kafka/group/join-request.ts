import { Buffer } from 'node:buffer';
import type { Assignor, TopicPartition } from '../../../core/index.ts';
import { encodeSubscription, type JoinGroupProtocol } from '../../../protocol/index.ts';
import { groupByTopic } from './partition-lists.ts';

/** How the members of a group hand partitions over. */
export type RebalanceProtocol = 'eager' | 'cooperative';

/**
 * Eager while any offered assignor needs it: the group may settle on that one, and then nobody may hold anything while it
 * is assigned anew. So the first of the two rolling restarts from eager to cooperative changes nothing yet (KIP-429).
 */
export function rebalanceProtocol(assignors: readonly Assignor[]): RebalanceProtocol {
  return assignors.every(({ rebalance }) => rebalance === 'cooperative') ? 'cooperative' : 'eager';
}

/** What a member says of itself. */
export interface Claim {
  readonly topics: readonly string[];
  /** What it holds while it joins: nothing under the eager protocol. */
  readonly held: readonly TopicPartition[];
  /** Generation it was in last, -1 after it was thrown out. */
  readonly generation: number;
  /** What it was assigned last, for assignors that keep that in their user data. */
  readonly last: { readonly owned: readonly TopicPartition[]; readonly generation: number };
  readonly rack: string | undefined;
}

/** One subscription per offered assignor, most preferred first. */
export function joinProtocols(assignors: readonly Assignor[], claim: Claim): JoinGroupProtocol[] {
  const ownedPartitions = groupByTopic(claim.held);
  return assignors.map((assignor) => {
    const userData = assignor.userData?.({ topics: claim.topics, ...claim.last }) ?? null;
    const metadata = encodeSubscription({
      topics: claim.topics,
      userData: userData && Buffer.from(userData),
      ownedPartitions,
      generationId: claim.generation,
      rackId: claim.rack ?? null,
    });
    return { name: assignor.name, metadata };
  });
}
