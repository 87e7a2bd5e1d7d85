import { expect, it } from 'vitest';
import { range } from '../../../../../src/assignors/index.ts';
import { SimWorld } from '../../../../support/sim-kafka/sim-world.ts';

it('takes its partitions back after a restart, and nobody notices', async () => {
  const world = new SimWorld(4);
  const a = world.join('a', { instanceId: 'a' });
  const b = world.join('b', { instanceId: 'b' });
  await world.shared(2);
  const { names } = a;
  const { generation } = world.cluster.group;
  const before = b.log.length;
  await world.close(a, true);
  await world.clock.advance(3_000);
  const again = world.join('a again', { instanceId: 'a' });
  await world.shared(2);
  expect(again.names).toBe(names);
  await world.clock.advance(10_000);
  expect(world.cluster.group.generation).toBe(generation);
  expect(b.log).toHaveLength(before);
  expect(world.count('LeaveGroup')).toBe(0);
});

it('is fenced for good by a newcomer with its name', async () => {
  const world = new SimWorld(2);
  const older = world.join('older', { instanceId: 'a' });
  await world.shared(2);
  const newer = world.join('newer', { instanceId: 'a' });
  await world.clock.until(() => older.gone);
  expect(older.errors).toMatchObject([{ code: 'MEMBER_FENCED', retriable: false }]);
  expect(older.log.some((line) => line.endsWith('lost t-0 t-1'))).toBe(true);
  await world.clock.until(() => newer.held.size === 2);
});

it('reads topics that it subscribes to since the restart', async () => {
  const world = new SimWorld(2);
  world.cluster.topics.set('u', 2);
  const a = world.join('a', { instanceId: 'a' });
  await world.shared(2);
  await world.close(a, false);
  const more = { kind: 'topics', topics: ['t', 'u'] } as const;
  const again = world.join('a again', { instanceId: 'a', subscription: more });
  await world.clock.until(() => again.held.size === 4, { limitMs: 2_000 });
});

it('gives up topics that it subscribed to before the restart only', async () => {
  const world = new SimWorld(2);
  world.cluster.topics.set('u', 2);
  const a = world.join('a', { instanceId: 'a' });
  await world.shared(2);
  await world.close(a, false);
  const other = { kind: 'topics', topics: ['u'] } as const;
  const again = world.join('a again', { instanceId: 'a', subscription: other });
  await world.clock.until(() => again.held.size === 2, { limitMs: 2_000 });
  expect(again.names).toBe('u-0 u-1');
});

it('notices as leader that a topic grew while it was away', async () => {
  const world = new SimWorld(2);
  const a = world.join('a', { instanceId: 'a', assignors: [range] });
  await world.shared(2);
  await world.close(a, false);
  world.cluster.topics.set('t', 3);
  const again = world.join('a again', { instanceId: 'a', assignors: [range] });
  await world.clock.until(() => again.held.size === 3, { limitMs: 2_000 });
});
