/**
 * How long a large group takes at the embedded Kafka broker: until all have come together, and until one more has its part.
 * Run: node bench/embedded-rebalance.ts [--members 200] [--partitions 1000] [--heartbeat 50]
 *
 * Bare members over sockets of their own, in the broker's process: nothing is read. They look for a rebalance by heartbeats as
 * often as said, so that one more member is noticed after half of that time on average; this is part of the figure. Done is when
 * all partitions have an owner, none has two, and no member has anything left to give up.
 */
import { parseArgs } from 'node:util';
import { cooperativeSticky, range } from '../src/assignors/index.ts';
import { kafkaBroker } from '../src/emulator/kafka/index.ts';
import { until } from '../test/support/until.ts';
import {
  type BareMember,
  ClassicMember,
  ConsumerMember,
  type GroupPlan,
} from './embedded/group-of-members.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '200' },
    partitions: { type: 'string', default: '1000' },
    heartbeat: { type: 'string', default: '50' },
  },
});
const memberCount = Number(values.members);
const partitions = Number(values.partitions);
const heartbeatMs = Number(values.heartbeat);
const LIMIT_MS = 1_000;

type Start = (plan: GroupPlan, at: number) => Promise<BareMember>;

const ways: Readonly<Record<string, Start>> = {
  'classic, range (eager)': (plan) => ClassicMember.start(plan, range),
  'classic, cooperative-sticky': (plan) => ClassicMember.start(plan, cooperativeSticky),
  'KIP-848, uniform': (plan, at) => ConsumerMember.start(plan, `member-${at}`),
};

await using broker = await kafkaBroker({ topics: [{ name: 't', partitions }] });

function isShared(members: readonly BareMember[]): boolean {
  if (members.some(({ busy, owned }) => busy || owned.size === 0)) return false;
  const owned = members.flatMap((member) => [...member.owned]);
  return owned.length === partitions && new Set(owned).size === partitions;
}

async function timed(begin: () => Promise<void>, members: readonly BareMember[]): Promise<number> {
  const startMs = performance.now();
  await begin();
  await until('all is shared out', () => isShared(members), { everyMs: 1 });
  return performance.now() - startMs;
}

console.log(`${memberCount} members, ${partitions} partitions, heartbeats every ${heartbeatMs} ms`);
for (const [name, start] of Object.entries(ways)) {
  const plan = { bootstrap: broker.bootstrap, groupId: name, topic: 't', partitions, heartbeatMs };
  const members: BareMember[] = [];
  const firstMs = await timed(async () => {
    const all = Array.from({ length: memberCount }, (_, at) => start(plan, at));
    members.push(...(await Promise.all(all)));
  }, members);
  const moreMs = await timed(async () => {
    members.push(await start(plan, memberCount));
  }, members);
  await Promise.all(members.map((member) => member.stop()));
  const verdict = Math.max(firstMs, moreMs) < LIMIT_MS ? 'within' : 'ABOVE';
  console.log(
    `${name}: all join ${firstMs.toFixed(0)} ms, one more ${moreMs.toFixed(0)} ms (${verdict} ${LIMIT_MS} ms)`,
  );
}
