import type { Assignor, MemberState } from '../core/index.ts';
import { claimsFromFields } from './claims.ts';
import { defineAssignor } from './define-assignor.ts';
import { assignCooperatively } from './settle.ts';
import { readGroup } from './sticky-core.ts';
import { writeCooperativeGeneration } from './sticky-user-data.ts';

/**
 * As `sticky`, but members keep working on what stays theirs: a partition that moves is taken from its owner in one round
 * and given to the new one in the next (KIP-429).
 */
export const cooperativeSticky: Assignor = defineAssignor({
  name: 'cooperative-sticky',
  rebalance: 'cooperative',
  solve(group) {
    const input = readGroup(group, claimsFromFields);
    return { index: input.index, lists: assignCooperatively(input) };
  },
  /** The generation, for leaders that read no field for it (Java 2.4 to 3.3). */
  userData({ generation }: MemberState): Uint8Array | null {
    return writeCooperativeGeneration(generation);
  },
});
