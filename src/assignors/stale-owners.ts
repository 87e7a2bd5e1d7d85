import type { GeneralState } from './general-state.ts';
import { subscribes } from './topic-subscribers.ts';

/**
 * Partition → the subscriber that claims it from the newest of the older generations, -1 for none; `null` if there are
 * no such claims. The general algorithm returns partitions to them when it has to move them anyway (KIP-341).
 */
export function staleOwners({ index, claims }: GeneralState): Int32Array | null {
  let stale: Int32Array | null = null;
  claims.byMember.forEach(({ ids, generation }, member) => {
    if (generation >= claims.newestGeneration || ids.length === 0) return;
    stale ??= new Int32Array(claims.holder.length).fill(-1);
    for (const id of ids) {
      if (!subscribes(index, member, id)) continue;
      const other = stale[id] as number;
      const known = other < 0 ? -2 : (claims.byMember[other]?.generation ?? -2);
      if (generation > known) stale[id] = member;
    }
  });
  return stale;
}
