import assert from 'node:assert/strict';
import type { Assignor, GroupView } from '../core/index.ts';
import {
  asSets,
  checkBalanced,
  checkExactlyOnce,
  checkFewestMoves,
  checkHandover,
  checkSubscribersOnly,
  keptBy,
} from './group-laws.ts';
import { bringToRest, joinAgain } from './group-rounds.ts';
import { type GroupShape, randomGroup } from './random-group.ts';
import { seededRandom } from './seeded-random.ts';

/** What an assignor promises besides being correct. */
export interface AssignorPromises {
  /** Nobody has two partitions more than another subscriber of one of its topics. @default false */
  readonly balanced?: boolean;
  /** Members keep what they have as far as balance allows. @default false */
  readonly sticky?: boolean;
  /** The order in which the coordinator lists the members decides nothing. @default false */
  readonly orderFree?: boolean;
}

export interface AssignorLawOptions extends AssignorPromises {
  /** The same seed makes the same groups. @default 1 */
  readonly seed?: number;
  /** Random groups per law. @default 200 */
  readonly groups?: number;
}

/** One law: call `run` in a test of your runner's; it throws an AssertionError that shows the group that breaks the law. */
export interface Law {
  readonly name: string;
  run(): void;
}

/** Rounds in which a cooperative group comes to rest; racks may take longer, but not for ever. */
const MAX_ROUNDS = 3;
const MAX_ROUNDS_WITH_RACKS = 20;

/** Above those of all rounds before. */
const LATER_GENERATION = 1000;

/** The laws every assignor has to keep, your own too, tried on random groups with honest and hostile members. */
export function assignorLaws(assignor: Assignor, options: AssignorLawOptions = {}): Law[] {
  const law = (name: string, shapes: readonly GroupShape[], check: (group: GroupView) => void) => ({
    name,
    run: () => tryGroups(assignor, options, shapes, check),
  });
  const { rebalance } = assignor;
  const laws = [
    law('gives every partition out once', everyShape, (group) => {
      checkExactlyOnce(group, assignor.assign(group), rebalance);
    }),
    law('gives partitions to subscribers only', everyShape, (group) => {
      checkSubscribersOnly(group, assignor.assign(group));
    }),
    law('decides the same when asked twice, and leaves the group as it is', everyShape, (group) => {
      const before = structuredClone(group);
      assert.deepEqual(assignor.assign(group), assignor.assign(group));
      assert.deepEqual(group, before);
    }),
  ];
  return [...laws, ...promisedLaws(assignor, options, law), ...cooperativeLaws(assignor, law)];
}

type MakeLaw = (
  name: string,
  shapes: readonly GroupShape[],
  check: (group: GroupView) => void,
) => Law;

function promisedLaws(assignor: Assignor, promises: AssignorPromises, law: MakeLaw): Law[] {
  const balanced = law('is balanced when at rest', everyShape, (group) => {
    const rest = bringToRest(assignor, group, MAX_ROUNDS_WITH_RACKS);
    checkBalanced(rest.group, rest.assignment);
  });
  const sticky = law('moves as few partitions as balance allows', honestUniform, (group) => {
    checkFewestMoves(group, assignor.assign(group));
  });
  const orderFree = law('does not depend on the order of members', everyShape, (group) => {
    const turned = { ...group, members: group.members.toReversed() };
    assert.deepEqual(asSets(assignor.assign(turned)), asSets(assignor.assign(group)));
  });
  // With racks a member may move once more to come nearer, so only groups without them have to stand still.
  const still = law('keeps what it has when nothing changes', withoutRacks, (group) => {
    const rest = bringToRest(assignor, group, MAX_ROUNDS_WITH_RACKS);
    const again = assignor.assign(
      joinAgain(assignor, rest.group, rest.assignment, LATER_GENERATION),
    );
    assert.deepEqual(asSets(again), asSets(rest.assignment));
  });
  const evenly = law(
    'is as even and as sticky whatever the order of members',
    honestUniform,
    (group) => {
      const turned = { ...group, members: group.members.toReversed() };
      const [one, other] = [assignor.assign(group), assignor.assign(turned)];
      const sizes = (of: typeof one) => [...of.values()].map((list) => list.length).sort();
      if (assignor.rebalance === 'eager') assert.deepEqual(sizes(other), sizes(one));
      assert.equal(keptBy(turned, other), keptBy(group, one));
    },
  );
  return [
    ...(promises.balanced === true ? [balanced] : []),
    ...(promises.sticky === true ? [sticky, still, evenly] : []),
    ...(promises.orderFree === true ? [orderFree] : []),
  ];
}

function cooperativeLaws(assignor: Assignor, law: MakeLaw): Law[] {
  if (assignor.rebalance === 'eager') return [];
  return [
    law('gives nobody a partition that another still owns', everyShape, (group) => {
      checkHandover(group, assignor.assign(group));
    }),
    law(`comes to rest within ${MAX_ROUNDS} rounds`, withoutRacks, (group) => {
      const { rounds } = bringToRest(assignor, group, MAX_ROUNDS);
      assert.ok(rounds <= MAX_ROUNDS, `not at rest after ${MAX_ROUNDS} rounds`);
    }),
    law('comes to rest with racks too', withRacks, (group) => {
      const { rounds } = bringToRest(assignor, group, MAX_ROUNDS_WITH_RACKS);
      assert.ok(
        rounds <= MAX_ROUNDS_WITH_RACKS,
        `not at rest after ${MAX_ROUNDS_WITH_RACKS} rounds`,
      );
    }),
  ];
}

const everyShape: readonly GroupShape[] = [true, false].flatMap((uniform) =>
  [true, false].flatMap((racks) =>
    (['none', 'honest', 'hostile'] as const).map((claims) => ({ uniform, racks, claims })),
  ),
);
const withRacks = everyShape.filter(({ racks }) => racks === true);
const withoutRacks = everyShape.filter(({ racks }) => racks !== true);
const honestUniform: readonly GroupShape[] = [{ uniform: true, claims: 'honest' }];

function tryGroups(
  assignor: Assignor,
  { seed = 1, groups = 200 }: AssignorLawOptions,
  shapes: readonly GroupShape[],
  check: (group: GroupView) => void,
): void {
  const random = seededRandom(seed);
  for (let i = 0; i < groups; i++) {
    const group = randomGroup(random, assignor, shapes[i % shapes.length] as GroupShape);
    try {
      check(group);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `${assignor.name}, seed ${seed}, group ${i}: ${reason}\n${describe(group)}`;
      throw new assert.AssertionError({ message });
    }
  }
}

function describe(group: GroupView): string {
  const counts = [...group.partitionCounts].map(([topic, count]) => `${topic}: ${count}`);
  const members = group.members.map((member) => JSON.stringify({ ...member, userData: undefined }));
  return [`partitions ${counts.join(', ')}`, ...members].join('\n');
}
