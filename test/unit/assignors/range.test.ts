import { describe, expect, test } from 'vitest';
import { range } from '../../../src/assignors/index.ts';
import { formatPartition, type GroupMember, type GroupView } from '../../../src/core/index.ts';

const member = (id: string, topics: string, more: Partial<GroupMember> = {}): GroupMember => ({
  id,
  topics: topics.split(' '),
  owned: [],
  generation: -1,
  ...more,
});
const assigned = (group: GroupView) =>
  Object.fromEntries(
    [...range.assign(group)].map(([id, list]) => [id, list.map(formatPartition).sort().join(' ')]),
  );
const counts = (...entries: [string, number][]) => new Map(entries);

describe('range', () => {
  test('cuts every topic alike, so that equal numbers meet', () => {
    const members = [member('a', 't u'), member('b', 't u')];
    expect(assigned({ members, partitionCounts: counts(['t', 3], ['u', 3]) })).toEqual({
      a: 't-0 t-1 u-0 u-1',
      b: 't-2 u-2',
    });
  });

  test('cuts a topic among its subscribers only', () => {
    const members = [member('a', 't'), member('b', 't u'), member('c', 'u')];
    expect(assigned({ members, partitionCounts: counts(['t', 2], ['u', 3]) })).toEqual({
      a: 't-0',
      b: 't-1 u-0 u-1',
      c: 'u-2',
    });
  });

  test('puts static members first, by their static names', () => {
    const members = [
      member('a', 't'),
      member('c', 't', { instanceId: 'z' }),
      member('b', 't', { instanceId: 'y' }),
    ];
    expect(assigned({ members, partitionCounts: counts(['t', 4]) })).toEqual({
      b: 't-0 t-1',
      c: 't-2',
      a: 't-3',
    });
  });

  test('leaves members over when there are more than partitions', () => {
    const members = [member('b', 't'), member('a', 't')];
    expect(assigned({ members, partitionCounts: counts(['t', 1]) })).toEqual({ a: 't-0', b: '' });
  });

  test('knows no topic without partitions', () => {
    const members = [member('a', 'gone t')];
    expect(assigned({ members, partitionCounts: counts(['t', 1], ['other', 5]) })).toEqual({
      a: 't-0',
    });
  });
});

describe('range with racks', () => {
  const near = (rack: string) => member(rack, 't', { rack });

  test('gives partitions to members near a replica', () => {
    const group: GroupView = {
      members: [near('east'), near('west')],
      partitionCounts: counts(['t', 4]),
      replicaRacks: new Map([['t', [['west'], ['east'], ['west'], ['east']]]]),
    };
    expect(assigned(group)).toEqual({ east: 't-1 t-3', west: 't-0 t-2' });
  });

  test('keeps the balance although all replicas are near one member', () => {
    const group: GroupView = {
      members: [near('east'), near('west')],
      partitionCounts: counts(['t', 4]),
      replicaRacks: new Map([['t', [['west'], ['west'], ['west'], ['west']]]]),
    };
    expect(assigned(group)).toEqual({ east: 't-0 t-1', west: 't-2 t-3' });
  });

  test('keeps topics together that are cut alike, before it looks at racks', () => {
    const both = (rack: string) => member(rack, 't u', { rack });
    const group: GroupView = {
      members: [both('east'), both('west')],
      partitionCounts: counts(['t', 2], ['u', 2]),
      replicaRacks: new Map([
        ['t', [['west'], ['east']]],
        ['u', [['west', 'east'], ['east']]],
      ]),
    };
    expect(assigned(group)).toEqual({ east: 't-1 u-1', west: 't-0 u-0' });
  });

  test('does not care when every partition is on every rack', () => {
    const everywhere = ['east', 'west'];
    const group: GroupView = {
      members: [near('west'), near('east')],
      partitionCounts: counts(['t', 2]),
      replicaRacks: new Map([['t', [everywhere, everywhere]]]),
    };
    expect(assigned(group)).toEqual({ east: 't-0', west: 't-1' });
  });
});
