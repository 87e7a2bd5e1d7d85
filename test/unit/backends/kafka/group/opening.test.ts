import { expect, it } from 'vitest';
import { SimWorld } from '../../../../support/sim-kafka/sim-world.ts';

it('begins at the committed position, or where the session says if there is none', async () => {
  const world = new SimWorld(2);
  world.cluster.group.offsets.set('t-0', { offset: 42, metadata: 'kept' });
  const a = world.join('a', { start: 'latest' });
  await world.shared(2);
  expect(a.held.get('t-0')).toMatchObject({
    position: { offset: 42 },
    committed: true,
    metadata: 'kept',
  });
  expect(a.held.get('t-1')).toMatchObject({
    position: { offset: 100 },
    committed: false,
    metadata: '',
  });
});

it('waits for a transaction that may still commit a position, but holds up no other partition', async () => {
  const world = new SimWorld(2);
  world.cluster.unstable.add('t-0');
  const a = world.join('a');
  await world.clock.until(() => a.held.size === 1);
  await world.clock.advance(10_000);
  expect(a.names).toBe('t-1');
  world.cluster.group.offsets.set('t-0', { offset: 7, metadata: '' });
  world.cluster.unstable.clear();
  await world.clock.until(() => a.held.size === 2, { limitMs: 2_000 });
  expect(a.held.get('t-0')?.position.offset).toBe(7);
});

it('hands over what was never opened without asking the engine', async () => {
  const world = new SimWorld(2);
  world.cluster.unstable.add('t-0').add('t-1');
  const a = world.join('a');
  await world.clock.advance(2_000);
  const b = world.join('b');
  await world.clock.until(() => b.state?.state === 'stable' && b.state.generation === 3);
  expect(a.log.filter((line) => line.includes('revoked'))).toEqual([]);
  world.cluster.unstable.clear();
  await world.shared(1);
});
