import type { Claims } from './claims.ts';
import type { PartitionLists } from './partition-lists.ts';

/**
 * Takes out every partition that another member may still be working on: one held by somebody else, or claimed by several
 * in the newest generation. Its owner loses it in this round; it is given out in the next.
 *
 * An older claim beaten by a newer one does not make a member the holder. Java counts it in mixed groups and then hands
 * a partition over while its holder still works on it (KAFKA-12983).
 */
export function withhold(lists: PartitionLists, claims: Claims): PartitionLists {
  if (!claims.any) return lists;
  const { ids, offset, size } = lists;
  const { holder, contested } = claims;
  const free = size.slice();
  let packed: Int32Array | null = null;
  for (let member = 0; member < size.length; member++) {
    const start = offset[member] as number;
    const end = start + (size[member] as number);
    let to = start;
    for (let from = start; from < end; from++) {
      const id = ids[from] as number;
      const owner = holder[id] as number;
      if (contested[id] === 0 && (owner < 0 || owner === member)) {
        if (to < from) {
          packed ??= ids.slice();
          packed[to] = id;
        }
        to++;
      }
    }
    free[member] = to - start;
  }
  return { ids: packed ?? ids, offset, size: free };
}
