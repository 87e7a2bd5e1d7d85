import type { Claims } from './claims.ts';
import { append, emptyLists, listOf, type PartitionLists } from './partition-lists.ts';

/**
 * Takes out every partition that another member may still be working on: one held by somebody else, or claimed by several
 * in the newest generation. Its owner loses it in this round; it is given out in the next.
 *
 * An older claim beaten by a newer one does not make a member the holder. Java counts it in mixed groups and then hands
 * a partition over while its holder still works on it (KAFKA-12983).
 */
export function withhold(lists: PartitionLists, claims: Claims): PartitionLists {
  const free = emptyLists(lists.size);
  lists.size.forEach((_, member) => {
    for (const id of listOf(lists, member)) {
      const holder = claims.holder[id] as number;
      const inUse = claims.contested[id] === 1 || (holder >= 0 && holder !== member);
      if (!inUse) append(free, member, id);
    }
  });
  return free;
}
