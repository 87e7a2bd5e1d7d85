import { type Assignor, formatPartition, InvalidConfigError } from '../core/index.ts';
import { claimsWithoutUserData } from './claims.ts';
import { defineAssignor } from './define-assignor.ts';
import { assignGeneral } from './general.ts';
import { type GroupIndex, partitionsIn, partitionTotal } from './group-index.ts';
import { readGroup } from './sticky-core.ts';
import { subscribes } from './topic-subscribers.ts';
import { withhold } from './withhold.ts';

/** Static name, or member id, of a member → topic → the partitions that are its own. */
export type Pins = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/**
 * Partitions with a fixed place: each goes to the member it is pinned to while that one is there and subscribes to the topic.
 * All others, and those whose member is away, are shared out evenly, sticky and cooperative; what a member has by
 * pins counts towards its share. Give all members of a group the same pins: any of them may lead it.
 *
 * @throws InvalidConfigError if a partition is pinned twice or is no partition number.
 */
export function pinned(pins: Pins): Assignor {
  check(pins);
  return defineAssignor({
    name: 'pinned',
    rebalance: 'cooperative',
    solve(group) {
      const { index, claims } = readGroup(group, claimsWithoutUserData);
      const places = pinsOf(index, pins);
      return {
        index,
        lists: withhold(assignGeneral(index, claims, null, { pins: places }), claims),
      };
    },
  });
}

function check(pins: Pins): void {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const [member, topics] of Object.entries(pins)) {
    for (const [topic, partitions] of Object.entries(topics)) {
      for (const partition of partitions) {
        const name = formatPartition({ topic, partition });
        const other = owners.get(name);
        owners.set(name, member);
        if (!Number.isInteger(partition) || partition < 0) {
          problems.push(
            `partition ${partition} of ${topic}, pinned to ${member}, is not a number from 0 on`,
          );
        } else if (other !== undefined)
          problems.push(`${name} is pinned to ${other} and to ${member}`);
      }
    }
  }
  if (problems.length > 0) throw new InvalidConfigError('pins', problems);
}

/** Partition → member, -1 for none. */
function pinsOf(index: GroupIndex, pins: Pins): Int32Array {
  const places = new Int32Array(partitionTotal(index)).fill(-1);
  index.members.forEach(({ id, instanceId }, member) => {
    const own = ownPins(pins, instanceId) ?? ownPins(pins, id) ?? {};
    for (const [topic, partitions] of Object.entries(own)) {
      const t = index.topicIndex.get(topic);
      if (t === undefined) continue;
      const first = index.firstOf[t] as number;
      if (!subscribes(index, member, first)) continue;
      for (const partition of partitions) {
        if (partition < partitionsIn(index, t)) places[first + partition] = member;
      }
    }
  });
  return places;
}

function ownPins(pins: Pins, name: string | undefined): Pins[string] | undefined {
  return name !== undefined && Object.hasOwn(pins, name) ? pins[name] : undefined;
}
