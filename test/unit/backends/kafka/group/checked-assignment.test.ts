import { expect, it } from 'vitest';
import { checkedAssignment } from '../../../../../src/backends/kafka/group/checked-assignment.ts';
import type { GroupMember, TopicPartition } from '../../../../../src/core/index.ts';

const p = (partition: number, topic = 't'): TopicPartition => ({ topic, partition });
const member = (id: string, owned: readonly TopicPartition[] = []): GroupMember => ({
  id,
  topics: ['t'],
  owned,
  generation: 1,
});
const counts = new Map([['t', 3]]);

it('gives every member an entry, also one that the assignor forgot', () => {
  const view = { members: [member('a'), member('b')], partitionCounts: counts };
  const { assignment, problem } = checkedAssignment('x', view, new Map([['a', [p(0)]]]));
  expect([...assignment]).toEqual([
    ['a', [p(0)]],
    ['b', []],
  ]);
  expect(problem).toBeUndefined();
});

it('leaves out what does not exist, was not asked for or was given twice, and reports the first', () => {
  const view = { members: [member('a'), member('b')], partitionCounts: counts };
  const given = new Map([
    ['a', [p(0), p(3), p(0, 'other')]],
    ['b', [p(0), p(1)]],
    ['stranger', [p(2)]],
  ]);
  const { assignment, problem } = checkedAssignment('x', view, given);
  expect([...assignment]).toEqual([
    ['a', [p(0)]],
    ['b', [p(1)]],
  ]);
  expect(problem?.message).toContain('Assignor x gave t-3 to a');
  expect(problem?.retriable).toBe(true);
});

it('withholds for one round what another member still holds', () => {
  const members = [member('a', [p(0), p(1)]), member('b')];
  const given = new Map([
    ['a', [p(0)]],
    ['b', [p(1), p(2)]],
  ]);
  const view = { members, partitionCounts: counts };
  const { assignment } = checkedAssignment('x', view, given);
  expect([...assignment]).toEqual([
    ['a', [p(0)]],
    ['b', [p(2)]],
  ]);
});

it('leaves a partition with one of two that claim it', () => {
  const members = [member('a', [p(0)]), member('b', [p(0)])];
  const view = { members, partitionCounts: counts };
  const { assignment } = checkedAssignment('x', view, new Map([['b', [p(0)]]]));
  expect(assignment.get('b')).toEqual([p(0)]);
});
