import type { Assignment, GroupMember, GroupView } from '../src/core/index.ts';
import { decodeSubscription } from '../src/protocol/consumer-protocol.ts';

/** Member id → ordered list of [topic, partition]. */
export type VectorAssignment = Record<string, [string, number][]>;

/** A recorded call of an assignor. */
export interface Vector {
  readonly assignor: string;
  readonly group: GroupView;
  readonly expected?: VectorAssignment;
}

interface VectorJson {
  readonly assignor: string;
  readonly partitions: Record<string, number>;
  readonly replicaRacks: Record<string, string[][]> | null;
  readonly members: readonly { id: string; inst: string | null; sub: string }[];
  readonly expected?: VectorAssignment;
}

/** Reads one line; subscriptions are decoded from their bytes on the wire. */
export function readVector(line: string): Vector {
  const json = JSON.parse(line) as VectorJson;
  const { assignor, partitions, replicaRacks, members, expected } = json;
  const group: GroupView = {
    members: members.map(readMember),
    partitionCounts: new Map(Object.entries(partitions)),
    ...(replicaRacks == null ? {} : { replicaRacks: new Map(Object.entries(replicaRacks)) }),
  };
  return { assignor, group, ...(expected === undefined ? {} : { expected }) };
}

function readMember({ id, inst, sub }: VectorJson['members'][number]): GroupMember {
  const subscription = decodeSubscription(Buffer.from(sub, 'hex'));
  const owned = subscription.ownedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
  return {
    id,
    topics: subscription.topics,
    owned,
    generation: subscription.generationId,
    ...(inst == null ? {} : { instanceId: inst }),
    ...(subscription.rackId === null ? {} : { rack: subscription.rackId }),
    ...(subscription.userData === null ? {} : { userData: subscription.userData }),
  };
}

/** An assignment in the form of `expected`. */
export function toJson(assignment: Assignment): VectorAssignment {
  const json: VectorAssignment = {};
  for (const [member, partitions] of assignment) {
    json[member] = partitions.map(({ topic, partition }) => [topic, partition]);
  }
  return json;
}
