import { type Claims, claimsOfLists, type MemberClaims } from './claims.ts';
import { assignGeneral } from './general.ts';
import type { PartitionLists } from './partition-lists.ts';
import { receivers } from './partition-lists.ts';
import { assignSticky, type StickyInput } from './sticky-core.ts';
import { withhold } from './withhold.ts';

/** Rounds looked ahead. Groups that settle at all took nine at most in 24,000 random ones. */
const MAX_ROUNDS = 16;

/**
 * The sticky assignment without what has to be taken from its owner first.
 *
 * When racks matter and subscriptions differ, every round takes partitions from owners that are not near them, and balance
 * may put them right back: some groups rebalance for ever in Java, without any change from outside. So the rounds to
 * come are played through, and if they do not end, owners keep partitions that are not near them.
 */
export function assignCooperatively(input: StickyInput): PartitionLists {
  const { index, claims, racks } = input;
  const lists = withhold(assignSticky(input), claims);
  if (racks === null || index.subscriptions.length === 1 || settles(input, lists)) return lists;
  return withhold(assignGeneral(index, claims, racks, { misplaced: 'stay' }), claims);
}

/** True if the group comes to rest after this assignment, as long as nothing changes from outside. */
function settles(input: StickyInput, first: PartitionLists): boolean {
  let { claims } = input;
  let lists = first;
  for (let round = 1; takesAway(claims, lists, input); round++) {
    if (round > MAX_ROUNDS) return false;
    claims = claimsOfLists(input.index, lists);
    lists = withhold(assignSticky({ ...input, claims }), claims);
  }
  return true;
}

/** True if a member loses something it claims; it will then ask for another round. */
function takesAway(claims: Claims, lists: PartitionLists, { index }: StickyInput): boolean {
  const receiver = receivers(index, lists);
  return claims.byMember.some(({ ids }: MemberClaims, member) =>
    ids.some((id) => receiver[id] !== member),
  );
}
