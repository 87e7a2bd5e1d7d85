import type { Assignor, GroupView, MemberState } from '../core/index.ts';
import type { GroupIndex } from './group-index.ts';
import type { PackedGroup } from './packed.ts';
import { type PartitionLists, toAssignment } from './partition-lists.ts';

/** A strategy that works on numbers. */
export interface Strategy {
  readonly name: string;
  readonly rebalance: 'eager' | 'cooperative';
  readonly solve: Solve;
  userData?(member: MemberState): Uint8Array | null;
}

export type Solve = (group: GroupView | PackedGroup) => Solution;

/** An assignment in numbers. */
export interface Solution {
  readonly index: GroupIndex;
  readonly lists: PartitionLists;
}

/** By value, so that a copy with another `assign` does not inherit the solver. */
const solvers = new WeakMap<Assignor, Solve>();

/** An assignor from a strategy that works on numbers. */
export function defineAssignor({ solve, ...rest }: Strategy): Assignor {
  const assignor: Assignor = {
    ...rest,
    assign(group) {
      const { index, lists } = solve(group);
      return toAssignment(index, lists);
    },
  };
  solvers.set(assignor, solve);
  return assignor;
}

/** The strategy behind a built-in assignor. */
export function solverOf(assignor: Assignor): Solve | undefined {
  return solvers.get(assignor);
}
