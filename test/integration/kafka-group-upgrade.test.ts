import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cooperativeSticky, kafkaJsRoundRobin, range } from '../../src/assignors/index.ts';
import type { Assignor } from '../../src/core/index.ts';
import type { GroupPeer } from '../support/peers/group-peer.ts';
import { KafkaJsPeer } from '../support/peers/kafkajs-peer.ts';
import { findOtherClient } from '../support/peers/other-clients.ts';
import type { OurPeer } from '../support/peers/our-peer.ts';
import type { PeerGroup } from '../support/peers/peer-group.ts';
import { PeerWorld } from '../support/peers/peer-world.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

vi.setConfig({ maxConcurrency: 16, testTimeout: 120_000 });

const java = findOtherClient('java', 'PARTITA_REQUIRE_KAFKA');
const withoutJava = java.missing !== undefined;

describeKafka('A group that changes its assignor, on a real Kafka', ({ bootstrap }) => {
  const world = new PeerWorld(bootstrap);
  beforeAll(() => world.open(8));
  afterAll(() => world.close());

  type Join = (...assignors: readonly Assignor[]) => GroupPeer;
  const ours =
    (group: PeerGroup): Join =>
    (...assignors) =>
      group.joinOurs(...assignors);
  const javas =
    (group: PeerGroup): Join =>
    (...assignors) =>
      group.joinTheirs(world.processOf(java), ...assignors);

  /** Restarts members one by one; between two restarts the group comes to rest. */
  async function restartEach(
    group: PeerGroup,
    members: readonly GroupPeer[],
    joins: readonly Join[],
    assignors: readonly Assignor[],
  ): Promise<GroupPeer[]> {
    let current = [...members];
    for (const [at, join] of joins.entries()) {
      await current[at]?.leave();
      current = current.with(at, join(...assignors));
      await group.shares(current, [3, 3]);
    }
    return current;
  }

  async function upgrade(group: PeerGroup, joins: readonly Join[]): Promise<void> {
    let members = joins.map((join) => join(range));
    await group.shares(members, [3, 3]);
    group.produce();
    members = await restartEach(group, members, joins, [cooperativeSticky, range]);
    members = await restartEach(group, members, joins, [cooperativeSticky]);
    const [first] = members as [OurPeer];
    expect(first.assignor).toBe('cooperative-sticky');
    const before = first.log.length;
    const guest = group.joinOurs(cooperativeSticky);
    await group.shares([...members, guest], [2, 2, 2]);
    const revoked = first.log.slice(before).filter((line) => line.startsWith('revoked'));
    // The word and one partition: the others were not given up.
    expect(revoked.join(' ').split(' ')).toHaveLength(2);
    await group.everythingWasHandledOnce();
    await Promise.all([...members, guest].map((member) => member.leave()));
    expect(group.troubles).toEqual([]);
  }

  describe.concurrent('from eager to cooperative by two rolling restarts under load', () => {
    it('with members of ours', async () => {
      const group = world.newGroup();
      await upgrade(group, [ours(group), ours(group)]);
    });

    it.skipIf(withoutJava)('with a member of ours and one of Java', async () => {
      const group = world.newGroup();
      await upgrade(group, [ours(group), javas(group)]);
    });
  });

  describe.concurrent('refuses a newcomer with nothing in common, and says what to do', () => {
    const cases = [
      { there: range, newcomer: cooperativeSticky },
      { there: cooperativeSticky, newcomer: range },
    ].map((each) => ({ ...each, names: `${each.newcomer.name} to ${each.there.name}` }));

    async function refuse(
      group: PeerGroup,
      join: Join,
      { there, newcomer }: (typeof cases)[number],
    ) {
      const first = join(there);
      await group.shares([first], [6]);
      const stranger = group.joinOurs(newcomer);
      const { errors } = stranger.member.listener;
      await until('the newcomer ends', () => errors.some(({ retriable }) => !retriable));
      expect(errors.at(-1)).toMatchObject({ code: 'INCOMPATIBLE_GROUP', retriable: false });
      expect(errors.at(-1)?.message).toContain(`it offers ${newcomer.name}, and`);
      expect(errors.at(-1)?.message).toContain(
        'restart them one by one with the old and the new one listed, then once more without',
      );
      expect(first.owned.size).toBe(6);
      await Promise.all([first.leave(), stranger.member.stop()]);
    }

    it.each(cases)('$names, ours', async (each) => {
      const group = world.newGroup();
      await refuse(group, ours(group), each);
    });

    it.skipIf(withoutJava).each(cases)('$names, of Java', async (each) => {
      const group = world.newGroup();
      await refuse(group, javas(group), each);
    });
  });

  describe.concurrent('from KafkaJS, whose members are replaced one by one under load', () => {
    it.each(['ours', 'KafkaJS'])('led by %s first', async (first) => {
      const group = world.newGroup();
      const joinOurs = () => group.joinOurs(cooperativeSticky, kafkaJsRoundRobin);
      const joinKafkaJs = async () => group.add(await KafkaJsPeer.join(bootstrap, group.topic));

      const early = first === 'ours' ? joinOurs() : await joinKafkaJs();
      await group.shares([early], [6]);
      group.produce();
      const mine = first === 'ours' ? (early as OurPeer) : joinOurs();
      const theirs = first === 'ours' ? await joinKafkaJs() : (early as KafkaJsPeer);
      await group.shares([mine, theirs], [3, 3]);
      expect(mine.assignor).toBe('RoundRobinAssigner');
      expect(mine.isLeader).toBe(first === 'ours');
      const second = joinOurs();
      await group.shares([mine, theirs, second], [2, 2, 2]);
      await theirs.leave();
      const last = await restartEach(
        group,
        [mine, second],
        [ours(group), ours(group)],
        [cooperativeSticky],
      );
      expect((last as OurPeer[]).map(({ assignor }) => assignor)).toEqual([
        'cooperative-sticky',
        'cooperative-sticky',
      ]);
      await group.everythingWasHandledOnce(theirs);
      await Promise.all(last.map((member) => member.leave()));
      expect(group.troubles).toEqual([]);
    });
  });
});
