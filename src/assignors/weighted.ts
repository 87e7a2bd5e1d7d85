import { type Assignor, InvalidConfigError } from '../core/index.ts';
import { claimsWithoutUserData } from './claims.ts';
import { defineAssignor } from './define-assignor.ts';
import { assignGeneral } from './general.ts';
import { readGroup } from './sticky-core.ts';
import { withhold } from './withhold.ts';

export interface WeightedOptions {
  /** This member's share of the load relative to the others'. Any number above 0. @default 1 */
  readonly weight?: number;
}

/**
 * Partitions in proportion to the weights of the members: one with weight 2 gets twice as many. Sticky and cooperative.
 * Members of a group may have different weights; each sends its own in its user data.
 *
 * Shares follow the divisor method of D'Hondt and Jefferson: no partition could move to a subscriber that would then
 * have fewer partitions per weight than its owner has now.
 *
 * @throws InvalidConfigError if the weight is not above 0.
 */
export function weighted({ weight = 1 }: WeightedOptions = {}): Assignor {
  if (!isWeight(weight)) {
    throw new InvalidConfigError('assignor', [`weight is ${weight}, must be a number above 0`]);
  }
  return defineAssignor({
    name: 'weighted',
    rebalance: 'cooperative',
    solve(group) {
      const { index, claims } = readGroup(group, claimsWithoutUserData);
      const weights = Float64Array.from(index.members, weightOf);
      return { index, lists: withhold(assignGeneral(index, claims, null, { weights }), claims) };
    },
    userData: () => writeWeight(weight),
  });
}

function weightOf(member: { weight?: number; userData?: Uint8Array }): number {
  const weight = member.weight ?? readWeight(member.userData);
  return isWeight(weight) ? weight : 1;
}

function isWeight(weight: number): boolean {
  return weight > 0 && Number.isFinite(weight);
}

/** The weight as a float64; a member that sends none, or something else, counts once. */
function readWeight(bytes: Uint8Array | undefined): number {
  if (bytes?.length !== 8) return 1;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}

function writeWeight(weight: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, weight);
  return bytes;
}
