import type { Assignor, MemberState } from '../core/index.ts';
import { claimsFromUserData } from './claims.ts';
import { defineAssignor } from './define-assignor.ts';
import { assignSticky, readGroup } from './sticky-core.ts';
import { writeStickyUserData } from './sticky-user-data.ts';

/**
 * Balanced, and everybody keeps as many of its partitions as that allows. Eager: all give up everything first and most get
 * it back. What a member had is read from its user data alone, as by Java's `StickyAssignor`; pass the last assignment
 * as `owned` to `userData`.
 */
export const sticky: Assignor = defineAssignor({
  name: 'sticky',
  rebalance: 'eager',
  solve(group) {
    const input = readGroup(group, claimsFromUserData);
    return { index: input.index, lists: assignSticky(input) };
  },
  /** Version 1 of Java's schema (KIP-341); none before the first assignment. */
  userData({ owned, generation }: MemberState): Uint8Array | null {
    if (generation < 0 && owned.length === 0) return null;
    return writeStickyUserData(owned, generation);
  },
});
