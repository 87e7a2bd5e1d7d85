import type { GeneralState } from './general-state.ts';
import { Mover } from './mover.ts';
import { staleOwners } from './stale-owners.ts';

/** What balancing starts from. */
export interface BalanceInput {
  /** All partitions, those with the fewest subscribers first. */
  readonly all: Int32Array;
  /** Those that had no owner. */
  readonly open: Int32Array;
  /** Nobody had anything before. */
  readonly initial: boolean;
  /** Somebody has to give something up anyway. */
  readonly revoked: boolean;
}

/** Moves partitions until no subscriber could take one from a member that has at least two more. */
export function balance(state: GeneralState, input: BalanceInput): void {
  const { subscribers, index, ownership, loads } = state;
  const movable = (id: number) =>
    (subscribers.pools[subscribers.poolOf[index.topicOf[id] as number] as number] as Int32Array)
      .length > 1;
  const all = input.all.filter(movable);
  if (all.length === 0) return;
  const mover = new Mover(state, all, staleOwners(state));
  const members = participants(state);
  const before = spread(loads.of, members);
  const goBack = ownership.snapshot();
  if (!input.revoked) mover.run(input.open.filter(movable));
  const moved = mover.run(all);
  if (!input.initial && moved && spread(loads.of, members) >= before) goBack();
}

/** Members with at least one topic that others follow too. */
function participants({ subscribers }: GeneralState): Int32Array {
  const members = new Set<number>();
  for (const pool of subscribers.pools) {
    if (pool.length > 1) for (const member of pool) members.add(member);
  }
  return Int32Array.from(members);
}

/** Sum over all pairs of members of the difference of their loads. */
function spread(loads: Int32Array, members: Int32Array): number {
  const sorted = members.map((member) => loads[member] as number).sort();
  const middle = (sorted.length - 1) / 2;
  return sorted.reduce((sum, load, place) => sum + 2 * load * (place - middle), 0);
}
