import type { GroupView } from '../../../core/index.ts';
import type { Topics } from '../log/topics.ts';
import type { Member } from './member.ts';

/** What the leader sees of the group when it assigns with that assignor. */
export function groupView(
  members: Iterable<Member>,
  assignorName: string,
  topics: Topics,
): GroupView {
  const list = [...members];
  const partitionCounts = new Map<string, number>();
  for (const topic of new Set(list.flatMap((member) => member.request.topics)))
    if (topics.count(topic) > 0) partitionCounts.set(topic, topics.count(topic));
  return {
    partitionCounts,
    members: list.map(({ id, request }) => {
      const userData = request.userData.get(assignorName);
      return {
        id,
        topics: request.topics,
        owned: request.owned,
        generation: request.generation,
        ...(request.instanceId !== undefined && { instanceId: request.instanceId }),
        ...(request.rack !== undefined && { rack: request.rack }),
        ...(userData !== undefined && { userData }),
      };
    }),
  };
}
