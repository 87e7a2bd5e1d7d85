import { expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin } from '../../../../../src/assignors/index.ts';
import type { SimMember } from '../../../../support/sim-kafka/sim-member.ts';
import { SimWorld } from '../../../../support/sim-kafka/sim-world.ts';

const happened = ({ log }: SimMember) => log.map((line) => line.replace(/^\S+ /, ''));

it('takes all partitions alone, shares them with a second member and takes them back', async () => {
  const world = new SimWorld(4);
  const a = world.join('a');
  await world.shared(4);
  const b = world.join('b');
  await world.shared(2);
  expect([...a.held.keys(), ...b.held.keys()].sort()).toEqual(['t-0', 't-1', 't-2', 't-3']);
  await world.close(b, true);
  await world.shared(4);
});

it('keeps what stays, and gives the rest up only when it has been handed over', async () => {
  const world = new SimWorld(4);
  const a = world.join('a', {}, { drainMs: 5_000 });
  await world.shared(4);
  const kept = new Map(a.held);
  const b = world.join('b');
  await world.clock.until(() => happened(a).some((line) => line.startsWith('revoked')));
  const leaving = happened(a).at(-1)?.replace('revoked ', '');
  expect(leaving?.split(' ')).toHaveLength(2);
  await world.clock.until(() => b.held.size === 2);
  expect(b.names).toBe(leaving);
  expect(happened(a)).toContain(`released ${leaving}`);
  for (const [name, held] of a.held) expect(held).toBe(kept.get(name));
});

it('gives everything up before it joins under the eager protocol', async () => {
  const world = new SimWorld(4);
  const a = world.join('a', { assignors: [range] });
  await world.shared(4);
  world.join('b', { assignors: [range] });
  await world.shared(2);
  expect(happened(a)).toEqual([
    'assigned t-0 t-1 t-2 t-3',
    'revoked t-0 t-1 t-2 t-3',
    'released t-0 t-1 t-2 t-3',
    'assigned t-0 t-1',
  ]);
});

it('is eager while one of the offered assignors is', async () => {
  const world = new SimWorld(4);
  const a = world.join('a', { assignors: [cooperativeSticky, roundRobin] });
  await world.shared(4);
  world.join('b', { assignors: [cooperativeSticky, roundRobin] });
  await world.shared(2);
  expect(happened(a)).toContain('revoked t-0 t-1 t-2 t-3');
  expect(a.state?.assignor).toBe('cooperative-sticky');
});

it('says that a rebalance is over when it brought nothing new', async () => {
  const world = new SimWorld(1);
  const a = world.join('a');
  await world.shared(1);
  const b = world.join('b');
  await world.clock.until(() => b.state?.state === 'stable' && a.state?.state === 'stable');
  expect(happened(b)).toEqual(['assigned ']);
});

it('goes on heartbeating while handlers take long, so the hand-over may outlast the session time-out', async () => {
  const world = new SimWorld(2);
  const options = { assignors: [range], sessionTimeoutMs: 3_000, rebalanceTimeoutMs: 30_000 };
  const a = world.join('a', options, { drainMs: 20_000 });
  await world.shared(2);
  world.join('b', options);
  await world.shared(1);
  expect(happened(a).some((line) => line.startsWith('lost'))).toBe(false);
  expect(a.errors).toEqual([]);
});

it('carries on after the deadline of a hand-over, and refuses what is committed later', async () => {
  const world = new SimWorld(2);
  const a = world.join('a', { assignors: [range], rebalanceTimeoutMs: 10_000 });
  await world.shared(2);
  const stuck = [...a.held.values()];
  a.revoked = () => new Promise(() => {});
  a.held.clear();
  world.join('b', { assignors: [range] });
  await world.shared(1);
  expect(a.errors).toMatchObject([{ code: 'TIMEOUT', retriable: true }]);
  const commits = stuck.map(({ topic, partition, epoch }) => {
    return { topic, partition, epoch, position: { offset: 1 }, metadata: '' };
  });
  expect(await a.session.commit(commits)).toMatchObject([
    { error: { code: 'COMMIT_FENCED' } },
    { error: { code: 'COMMIT_FENCED' } },
  ]);
});

it('keeps member id, generation and partitions through 12 s without a coordinator', async () => {
  const world = new SimWorld(4);
  const a = world.join('a', { sessionTimeoutMs: 6_000 });
  await world.shared(4);
  const before = a.state;
  const lookups = world.count('FindCoordinator');
  world.cluster.kill(world.cluster.coordinatorId);
  await world.clock.advance(12_000);
  world.cluster.moveCoordinator(2);
  await world.clock.advance(3_000);
  expect(a.state).toEqual(before);
  expect(happened(a)).toEqual(['assigned t-0 t-1 t-2 t-3']);
  expect(a.errors.every(({ retriable }) => retriable)).toBe(true);
  world.cluster.group.offsets.clear();
  await world.clock.advance(1_000);
  expect(world.cluster.group.offsets.size).toBe(4);
  // One lookup at a time, each asking every living broker once.
  expect(world.count('FindCoordinator') - lookups).toBeLessThan(80);
});

it('waits for a coordinator that is loading, without looking for another', async () => {
  const world = new SimWorld(1);
  const a = world.join('a');
  await world.shared(1);
  const lookups = world.count('FindCoordinator');
  world.cluster.loading = true;
  await world.clock.advance(5_000);
  world.cluster.loading = false;
  await world.clock.advance(2_000);
  expect(world.count('FindCoordinator')).toBe(lookups);
  expect(happened(a)).toEqual(['assigned t-0']);
});

it('loses its partitions when it was thrown out, and joins again', async () => {
  const world = new SimWorld(2);
  const a = world.join('a');
  await world.shared(2);
  const before = a.state?.memberId;
  world.cluster.group.leave({ groupId: 'g', members: [{ memberId: before ?? '' }] });
  await world.clock.until(() => a.held.size === 0);
  await world.shared(2);
  expect(happened(a)).toEqual(['assigned t-0 t-1', 'lost t-0 t-1', 'assigned t-0 t-1']);
  expect(a.state?.memberId).not.toBe(before);
  expect(a.errors).toMatchObject([{ code: 'UNAVAILABLE', retriable: true }]);
});

it('tells the group that it leaves when asked to, and never hands over by itself', async () => {
  const world = new SimWorld(2);
  const a = world.join('a');
  const b = world.join('b');
  await world.shared(1);
  a.log.length = 0;
  await world.close(a, true);
  expect(world.count('LeaveGroup')).toBe(1);
  expect(happened(a).filter((line) => /revoked|lost/.test(line))).toEqual([]);
  await world.clock.until(() => b.held.size === 2, { limitMs: 1_000 });
  expect(a.state).toMatchObject({ state: 'left' });
});

it('leaves its partitions to the session time-out when it is closed silently', async () => {
  const world = new SimWorld(2);
  const a = world.join('a', { sessionTimeoutMs: 6_000 });
  const b = world.join('b', { sessionTimeoutMs: 6_000 });
  await world.shared(1);
  await Promise.all([a.close(false), world.clock.advance(5_000)]);
  expect(world.count('LeaveGroup')).toBe(0);
  expect(b.held.size).toBe(1);
  await world.clock.until(() => b.held.size === 2, { limitMs: 3_000 });
});

it('closes at once while it cannot reach anybody', async () => {
  const world = new SimWorld(2);
  const a = world.join('a');
  await world.shared(2);
  for (const broker of [1, 2, 3]) world.cluster.kill(broker);
  let closed = false;
  void a.session.close({ leave: true }).then(() => {
    closed = true;
  });
  await world.clock.until(() => closed, { limitMs: 2_500 });
});

it('takes in new partitions of its topics', async () => {
  const world = new SimWorld(2);
  const a = world.join('a', {}, { metadataRefreshMs: 1_000 });
  await world.shared(2);
  world.cluster.topics.set('t', 5);
  await world.clock.until(() => a.held.size === 5, { limitMs: 2_000 });
  expect(happened(a).some((line) => line.startsWith('revoked'))).toBe(false);
});

it('follows a pattern: new topics come in, deleted ones are lost', async () => {
  const world = new SimWorld(1);
  world.cluster.topics.set('other', 1);
  const subscription = { kind: 'pattern', pattern: /t\d*/g } as const;
  const a = world.join('a', { subscription }, { metadataRefreshMs: 1_000 });
  await world.shared(1);
  world.cluster.topics.set('t2', 1);
  await world.clock.until(() => a.names === 't-0 t2-0', { limitMs: 2_000 });
  world.cluster.topics.delete('t');
  await world.clock.until(() => a.names === 't2-0', { limitMs: 2_000 });
  expect(happened(a)).toContain('lost t-0');
});

it('ends when a topic does not exist', async () => {
  const world = new SimWorld(1);
  const a = world.join('a', { subscription: { kind: 'topics', topics: ['t', 'missing'] } });
  await world.clock.until(() => a.gone, { limitMs: 5_000 });
  expect(a.errors).toMatchObject([{ code: 'UNKNOWN_TOPIC', retriable: false, topic: 'missing' }]);
});

it('ends when no other member offers its assignor, and says what to do', async () => {
  const world = new SimWorld(2);
  world.join('a', { assignors: [range] });
  await world.shared(2);
  const b = world.join('b', { assignors: [cooperativeSticky] });
  await world.clock.until(() => b.gone);
  expect(b.errors).toMatchObject([{ code: 'INCOMPATIBLE_GROUP' }]);
  expect(b.errors[0]?.message).toContain('offers cooperative-sticky');
});

it('ends when its assignor throws, and leaves the group to the others', async () => {
  const world = new SimWorld(2);
  const broken = {
    name: 'range',
    rebalance: 'eager' as const,
    assign: () => {
      throw new Error('no idea');
    },
  };
  const a = world.join('a', { assignors: [broken] });
  const b = world.join('b', { assignors: [range] });
  await world.clock.until(() => a.gone);
  expect(a.errors.at(-1)).toMatchObject({ code: 'INTERNAL' });
  await world.clock.until(() => b.held.size === 2);
});

it('joins anew on request, whatever the length of the reason', async () => {
  const world = new SimWorld(2);
  const a = world.join('a');
  await world.shared(2);
  a.session.requestRejoin('because '.repeat(10_000));
  await world.clock.until(() => a.state?.generation === 2, { limitMs: 1_000 });
  expect(happened(a)).toEqual(['assigned t-0 t-1', 'assigned ']);
});
