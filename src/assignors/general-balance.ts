import type { GeneralState } from './general-state.ts';
import { Mover } from './mover.ts';
import { staleOwners } from './stale-owners.ts';

/** What balancing starts from. */
export interface BalanceInput {
  /** All topics, those with the fewest subscribers first. */
  readonly topics: Int32Array;
  /** Partitions that had no owner, in this order of topics. */
  readonly open: Int32Array;
  /** Nobody had anything before. */
  readonly initial: boolean;
  /** Somebody has to give something up anyway. */
  readonly revoked: boolean;
  /** Partition → the member it has to stay with, -1 for none. */
  readonly pins: Int32Array | null;
}

/** Moves partitions until no subscriber could take one from a member that has at least two more. */
export function balance(state: GeneralState, input: BalanceInput): void {
  const { subscribers, index, ownership, loads } = state;
  const movable = input.topics.filter(
    (topic) => (subscribers.pools[subscribers.poolOf[topic] as number] as Int32Array).length > 1,
  );
  if (movable.length === 0) return;
  const all = partitionsOf(state, movable, input.pins);
  const mover = new Mover(state, all, staleOwners(state));
  const members = participants(state);
  // Java compares the spread; with unequal weights an uneven spread is wanted.
  const score = () => (loads.weighted ? loads.potential() : spread(loads.of, members));
  const before = score();
  const goBack = ownership.snapshot();
  if (!input.revoked) {
    const topics = new Set(movable);
    mover.run(input.open.filter((id) => topics.has(index.topicOf[id] as number)));
  }
  const moved = mover.run(all);
  if (!input.initial && moved && score() >= before) goBack();
}

function partitionsOf(
  { index }: GeneralState,
  topics: Int32Array,
  pins: Int32Array | null,
): Int32Array {
  const ids = new Int32Array(index.topicOf.length);
  let size = 0;
  for (const topic of topics) {
    const end = index.firstOf[topic + 1] as number;
    for (let id = index.firstOf[topic] as number; id < end; id++) {
      if (pins === null || (pins[id] as number) < 0) ids[size++] = id;
    }
  }
  return ids.subarray(0, size);
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
