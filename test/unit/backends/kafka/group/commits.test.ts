import { expect, it } from 'vitest';
import type { CommitFailure, PartitionCommit } from '../../../../../src/core/index.ts';
import type { SimMember } from '../../../../support/sim-kafka/sim-member.ts';
import { SimWorld } from '../../../../support/sim-kafka/sim-world.ts';

function commitOf({ held }: SimMember, partition: number, offset: number): PartitionCommit {
  const epoch = held.get(`t-${partition}`)?.epoch ?? -1;
  return { topic: 't', partition, epoch, position: { offset }, metadata: `m${offset}` };
}

/** The outcome, once the clock has been moved far enough. */
async function outcome(
  world: SimWorld,
  commit: Promise<readonly CommitFailure[]>,
): Promise<readonly CommitFailure[]> {
  let settled = false;
  void commit.finally(() => {
    settled = true;
  });
  await world.clock.until(() => settled, { limitMs: 20_000 });
  return commit;
}

async function alone(partitions: number) {
  const world = new SimWorld(partitions);
  const member = world.join('a');
  await world.shared(partitions);
  // The member's own commits would come in between.
  const held = new Map(member.held);
  member.held.clear();
  await world.clock.advance(1_000);
  return {
    world,
    member,
    of: (partition: number, offset: number) => commitOf({ held } as SimMember, partition, offset),
  };
}

it('stores position and metadata', async () => {
  const { world, member, of } = await alone(2);
  expect(await outcome(world, member.session.commit([of(0, 5), of(1, 7)]))).toEqual([]);
  expect(world.cluster.group.offsets.get('t-0')).toEqual({ offset: 5, metadata: 'm5' });
  expect(world.cluster.group.offsets.get('t-1')).toEqual({ offset: 7, metadata: 'm7' });
});

it('gathers what comes while a request is under way, the newest of each partition', async () => {
  const { world, member, of } = await alone(2);
  const before = world.count('OffsetCommit');
  const all = [1, 2, 3, 4].map((offset) => member.session.commit([of(0, offset), of(1, offset)]));
  for (const commit of all) expect(await outcome(world, commit)).toEqual([]);
  expect(world.count('OffsetCommit') - before).toBe(2);
  expect(world.cluster.group.offsets.get('t-0')?.offset).toBe(4);
});

it('refuses another epoch and a partition that is not ours without asking, and stores the rest', async () => {
  const { world, member, of } = await alone(2);
  const foreign = { ...of(0, 1), partition: 9 };
  const stale = { ...of(1, 1), epoch: 0 };
  const failures = await outcome(world, member.session.commit([of(0, 3), stale, foreign]));
  expect(failures).toMatchObject([
    { partition: 1, error: { code: 'COMMIT_FENCED', retriable: false } },
    { partition: 9, error: { code: 'COMMIT_FENCED', retriable: false } },
  ]);
  expect(world.cluster.group.offsets.get('t-0')?.offset).toBe(3);
});

it('repeats a commit when the coordinator has moved', async () => {
  const { world, member, of } = await alone(1);
  world.cluster.moveCoordinator(3);
  expect(await outcome(world, member.session.commit([of(0, 5)]))).toEqual([]);
});

it('repeats a commit when its connection breaks', async () => {
  const { world, member, of } = await alone(1);
  const commit = member.session.commit([of(0, 5)]);
  await world.clock.advance(2);
  for (const link of [...world.cluster.links]) link.cut();
  expect(await outcome(world, commit)).toEqual([]);
});

it('hands a commit out as retriable when no coordinator took it for 5 s', async () => {
  const { world, member, of } = await alone(1);
  world.cluster.kill(world.cluster.coordinatorId);
  const startedMs = world.clock.now();
  const failures = await outcome(world, member.session.commit([of(0, 5)]));
  expect(failures).toMatchObject([{ error: { code: 'UNAVAILABLE', retriable: true } }]);
  expect(world.clock.now() - startedMs).toBe(5_000);
});

it('stores under the new generation what was committed while the group was rebalanced', async () => {
  const { world, member, of } = await alone(2);
  const b = world.join('b');
  await world.clock.until(() => world.cluster.group.phase === 'completing');
  const failures = await outcome(world, member.session.commit([of(0, 5), of(1, 6)]));
  // One of the two is handed over in that rebalance, and whichever it is was committed before.
  expect(failures).toEqual([]);
  expect(world.cluster.group.offsets.get('t-0')?.offset).toBe(5);
  expect(world.cluster.group.offsets.get('t-1')?.offset).toBe(6);
  await world.clock.until(() => b.held.size === 1);
});

it('is not thrown out by a commit that crosses the answer to its JoinGroup', async () => {
  const { world, member, of } = await alone(4);
  member.log.length = 0;
  const commits: Promise<readonly CommitFailure[]>[] = [];
  for (let round = 0; round < 10; round++) {
    const b = world.join(`b${round}`);
    for (let ms = 0; ms < 400; ms++) {
      commits.push(member.session.commit([of(0, ms)]));
      await world.clock.advance(1);
    }
    await world.close(b, true);
    await world.clock.advance(1_000);
  }
  expect(member.log.filter((line) => line.includes('lost'))).toEqual([]);
  await Promise.all(commits);
});

it('fails with CLOSED what is still waiting when the session is closed', async () => {
  const { world, member, of } = await alone(1);
  world.cluster.kill(world.cluster.coordinatorId);
  const commit = member.session.commit([of(0, 5)]);
  await Promise.all([member.session.close(), world.clock.advance(1)]);
  expect(await commit).toMatchObject([{ error: { code: 'CLOSED' } }]);
  await expect(member.session.commit([of(0, 6)])).rejects.toMatchObject({ code: 'CLOSED' });
});
