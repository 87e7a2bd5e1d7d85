/** Progress of one topic in the range assignor: how much each subscriber has and may still get. */
export interface RangeTopic {
  readonly first: number;
  readonly count: number;
  /** Topics with the same pool have the same subscribers. */
  readonly pool: number;
  /** Subscribers in order; a slot is a place in this list. */
  readonly members: Int32Array;
  /** Slot → partitions it has. */
  readonly taken: Int32Array;
  /** What everybody gets. */
  readonly floor: number;
  /** How many subscribers may still get one more. */
  extra: number;
}

export function openTopic(
  first: number,
  count: number,
  pool: number,
  members: Int32Array,
): RangeTopic {
  return {
    first,
    count,
    pool,
    members,
    taken: new Int32Array(members.length),
    floor: Math.floor(count / members.length),
    extra: count % members.length,
  };
}

/** How many more partitions a subscriber may get now. Never grows for a subscriber that is full. */
export function room(topic: RangeTopic, slot: number): number {
  return Math.max(0, topic.floor + (topic.extra > 0 ? 1 : 0) - (topic.taken[slot] as number));
}

/** Books a run of partitions for a subscriber: one step, so that a surplus partition counts once. */
export function take(topic: RangeTopic, slot: number, count: number): void {
  const taken = (topic.taken[slot] as number) + count;
  topic.taken[slot] = taken;
  if (count > 0 && taken > topic.floor) topic.extra--;
}
