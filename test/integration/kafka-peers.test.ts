import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../src/assignors/index.ts';
import type { Assignor } from '../../src/core/index.ts';
import { holds } from '../support/holds.ts';
import { keptThroughout, longestGapMs } from '../support/peers/group-peer.ts';
import { findOtherClient } from '../support/peers/other-clients.ts';
import { OurPeer } from '../support/peers/our-peer.ts';
import type { PeerProcess } from '../support/peers/peer-process.ts';
import { PeerWorld } from '../support/peers/peer-world.ts';
import { describeKafka } from '../support/shared-kafka.ts';

// All groups live at the same time, so that the long watch over them is paid once.
vi.setConfig({ maxConcurrency: 32, testTimeout: 150_000 });

/** A group that is at rest must stay so for this long. */
const WATCH_MS = 30_000;

/** How long one member takes to hand over, and how long no kept partition may stand still meanwhile. */
const HAND_OVER_MS = 2_500;
const LONGEST_GAP_MS = 2_000;

const matrix = [cooperativeSticky, range, roundRobin, sticky].flatMap((assignor) =>
  (['ours', 'theirs'] as const).map((first) => ({ assignor, name: assignor.name, first })),
);

const clients = [
  { name: 'Java', client: findOtherClient('java', 'PARTITA_REQUIRE_KAFKA'), cases: matrix },
  {
    name: 'librdkafka',
    client: findOtherClient('librdkafka', 'PARTITA_REQUIRE_KAFKA'),
    cases: matrix.filter(({ assignor }) => assignor !== sticky),
  },
];

describeKafka('A group shared with another client, on a real Kafka', ({ bootstrap }) => {
  const world = new PeerWorld(bootstrap);
  beforeAll(() => world.open(clients.flatMap(({ cases }) => cases).length));
  afterAll(() => world.close());

  /** Two members, one of each client; a second pair comes and goes; long rest; then the leader goes. */
  async function liveTogether(others: PeerProcess, assignor: Assignor, first: 'ours' | 'theirs') {
    const group = world.newGroup();
    const joinOurs = () => group.joinOurs(assignor);
    const joinTheirs = () => group.joinTheirs(others, assignor);

    const early = first === 'ours' ? joinOurs() : joinTheirs();
    await group.shares([early], [6]);
    group.produce();
    const [ours, theirs] = early instanceof OurPeer ? [early, joinTheirs()] : [joinOurs(), early];
    await group.shares([ours, theirs], [3, 3]);
    ours.handOverSlowly(HAND_OVER_MS);
    const guests = [joinOurs(), joinTheirs()];
    await group.shares([ours, theirs, ...guests], [1, 1, 2, 2]);
    await Promise.all(guests.map((guest) => guest.leave()));
    await group.shares([ours, theirs], [3, 3]);
    const kept = [ours, theirs].map((member) => {
      const partitions = keptThroughout(member);
      return { count: partitions.size, gapMs: longestGapMs(member, partitions) };
    });

    expect(ours.isLeader).toBe(first === 'ours');
    expect(ours.assignor).toBe(assignor.name);
    await holds('the group at rest', WATCH_MS, () =>
      [ours.generation, ...ours.log, ...theirs.log].join('; '),
    );

    const [leader, follower] = first === 'ours' ? [ours, theirs] : [theirs, ours];
    await leader.leave();
    await group.shares([follower], [6]);
    await group.everythingWasHandledOnce();
    await follower.leave();
    expect(group.troubles).toEqual([]);
    return kept;
  }

  describe.concurrent.each(clients)('of $name', ({ client, cases }) => {
    it.skipIf(client.missing !== undefined).each(cases)(
      '$name, $first first: every record is handled once, and a group at rest stays so',
      async ({ assignor, first }) => {
        const kept = await liveTogether(world.processOf(client), assignor, first);
        if (assignor.rebalance === 'eager') return;
        for (const { count, gapMs } of kept) {
          expect(count).toBeGreaterThan(0);
          expect(gapMs).toBeLessThan(LONGEST_GAP_MS);
        }
      },
    );
  });
});
