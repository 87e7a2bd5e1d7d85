import { type Racks, racksMatter } from './racks.ts';
import { type RangeTopic, room, take } from './range-topic.ts';

/**
 * The rack-aware part of range (KIP-881): hands out what fits the racks within the balance of each topic; the rest is
 * left at -1. Topics with equal subscribers and partition counts stay co-partitioned, which outranks the racks.
 * Returns false, having done nothing, if racks matter for no topic.
 */
export function matchRacks(
  topics: readonly RangeTopic[],
  racks: Racks,
  receivers: Int32Array,
): boolean {
  const needy = new Set(topics.filter((topic) => needsRacks(topic, racks)));
  if (needy.size === 0) return false;
  for (const group of coPartitioned(topics)) {
    const [only] = group;
    if (group.length > 1) matchTogether(group, racks, receivers);
    else if (only !== undefined && needy.has(only)) matchAlone(only, racks, receivers);
  }
  return true;
}

function needsRacks(topic: RangeTopic, racks: Racks): boolean {
  const sets = racks.setOf.subarray(topic.first, topic.first + topic.count);
  return racksMatter(racks, topic.members, sets);
}

function coPartitioned(topics: readonly RangeTopic[]): RangeTopic[][] {
  const groups = new Map<string, RangeTopic[]>();
  for (const topic of topics) {
    const key = `${topic.pool}/${topic.count}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [topic]);
    else group.push(topic);
  }
  return [...groups.values()];
}

/** One topic: each subscriber in order takes partitions near it, up to its share. */
function matchAlone(topic: RangeTopic, racks: Racks, receivers: Int32Array): void {
  const end = topic.first + topic.count;
  // Partitions a rack has gone past are taken or not on it, so each rack walks the topic once.
  const reached = new Int32Array(racks.rackCount + 1).fill(topic.first);
  topic.members.forEach((member, slot) => {
    const rack = racks.memberRack[member] as number;
    const walker = rack < 0 ? racks.rackCount : rack;
    const open = room(topic, slot);
    let got = 0;
    let id = reached[walker] as number;
    for (; got < open && id < end; id++) {
      if (receivers[id] !== -1 || !near(racks, rack, id)) continue;
      receivers[id] = member;
      got++;
    }
    reached[walker] = id;
    take(topic, slot, got);
  });
}

function near(racks: Racks, rack: number, id: number): boolean {
  return rack < 0 || racks.inSet[(racks.setOf[id] as number) * racks.rackCount + rack] === 1;
}

/** Topics cut alike: partition n of all of them goes to the first subscriber near all of them that has room. */
function matchTogether(topics: readonly RangeTopic[], racks: Racks, receivers: Int32Array): void {
  const [lead] = topics as [RangeTopic];
  if (lead.members.every((member) => (racks.memberRack[member] as number) < 0)) return;
  const queues = queueByRack(lead, racks);
  for (let n = 0; n < lead.count; n++) {
    let chosen = -1;
    for (let rack = -1; rack < racks.rackCount; rack++) {
      if (!topics.every((topic) => near(racks, rack, topic.first + n))) continue;
      const slot = firstWithRoom(queues[rack + 1] as SlotQueue, lead);
      if (slot >= 0 && (chosen < 0 || slot < chosen)) chosen = slot;
    }
    if (chosen < 0) continue;
    for (const topic of topics) {
      receivers[topic.first + n] = topic.members[chosen] as number;
      take(topic, chosen, 1);
    }
  }
}

interface SlotQueue {
  readonly slots: number[];
  head: number;
}

/** Slots by rack, in order; entry 0 holds those without one. */
function queueByRack(topic: RangeTopic, racks: Racks): SlotQueue[] {
  const queues = Array.from(
    { length: racks.rackCount + 1 },
    (): SlotQueue => ({ slots: [], head: 0 }),
  );
  topic.members.forEach((member, slot) => {
    const rack = racks.memberRack[member] as number;
    (queues[rack + 1] as SlotQueue).slots.push(slot);
  });
  return queues;
}

function firstWithRoom(queue: SlotQueue, topic: RangeTopic): number {
  for (; queue.head < queue.slots.length; queue.head++) {
    const slot = queue.slots[queue.head] as number;
    if (room(topic, slot) > 0) return slot;
  }
  return -1;
}
