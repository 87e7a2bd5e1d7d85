import { setTimeout as wait } from 'node:timers/promises';
import { auditPhases, type Phase } from '../../../test/support/event-hubs/fleet/audit.ts';
import type { ProcessGroup } from '../../../test/support/event-hubs/fleet/process-group.ts';
import { Traffic } from '../../../test/support/event-hubs/fleet/traffic.ts';
import { contenders } from './contenders.ts';
import { allHandled, secondsOf } from './phases.ts';
import { settings } from './settings.ts';
import type { Stand } from './stand.ts';
import { check } from './tables.ts';

export interface Outage {
  readonly name: string;
  /** How long nothing gets through to the storage. */
  readonly downMs: number;
  readonly expiryMs: number;
}

export const outages: readonly Outage[] = [
  { name: 'lease-outlasts', downMs: 60_000, expiryMs: 90_000 },
  { name: 'lease-ends', downMs: 60_000, expiryMs: settings.expiryMs },
];

export const outageHub = ({ name }: Outage): string => `outage-${name}`;

const partitions = 8;

/** The storage is down for a minute while three members handle events. Returns whether our promises were kept. */
export async function playOutage(stand: Stand, outage: Outage): Promise<boolean> {
  const { connectionString } = stand;
  const { everyMs, perBatch, holdMs } = settings;
  const { downMs, expiryMs } = outage;
  const hub = outageHub(outage);
  const ours = contenders.find(({ isOurs }) => isOurs);
  if (ours === undefined) throw new Error('there is no contender of ours');
  process.stdout.write(
    `\nstorage down for ${downMs / 1_000} s, session time-out ${expiryMs / 1_000} s\n`,
  );
  await using group = stand.group(hub, partitions, ours, { expiryMs });
  await using traffic = new Traffic({ connectionString, hub, partitions, everyMs, perBatch });
  traffic.start();
  for (const name of ['A', 'B', 'C']) group.start(name);
  await group.balanced({ holdMs });
  const phases = await takeAway(stand, group, downMs);
  await traffic.stop();
  await allHandled(group, traffic);
  const given = group.said(/^lost/).length;
  await group.stopAll();
  const verdicts = auditPhases(group.handled(), traffic.sentNs, phases);
  for (const { name, produced, lost, repeated } of verdicts)
    process.stdout.write(`  ${name}: ${produced} events, ${lost} lost, ${repeated} repeated\n`);
  const lost = verdicts.reduce((sum, verdict) => sum + verdict.lost, 0);
  const repeated = verdicts.reduce((sum, verdict) => sum + verdict.repeated, 0);
  const isKept = check(lost === 0, 'nothing lost');
  if (expiryMs < downMs)
    return check(given === partitions, 'every partition lost, and taken again') && isKept;
  return check(given + repeated === 0, 'no partition lost, nothing repeated') && isKept;
}

/** Nothing gets through to the storage for so long; resolves when the group is itself again. */
async function takeAway(
  { proxy }: Stand,
  group: ProcessGroup,
  downMs: number,
): Promise<readonly Phase[]> {
  const now = () => process.hrtime.bigint();
  const phases = [
    { name: 'before', fromNs: 0n },
    { name: 'down', fromNs: now() },
  ];
  const before = group.handled().length;
  proxy.refuse = () => 'cut';
  await wait(downMs);
  const whileDown = group.handled().length - before;
  proxy.refuse = () => undefined;
  phases.push({ name: 'after', fromNs: now() });
  const committed = group.said(/^committed/).length;
  const since = performance.now();
  while (group.said(/^committed/).length === committed) await wait(20);
  const committedMs = performance.now() - since;
  const balancedMs = await group.balanced({ holdMs: settings.holdMs, since });
  const warnings = group.said(/partita warn: Group/);
  process.stdout.write(
    `  ${whileDown} handled while it was down, ${group.said(/^lost/).length} partitions lost\n` +
      `  back: first commit after ${secondsOf(committedMs)}, balanced after ${secondsOf(balancedMs)}\n` +
      `  ${warnings.length} warnings about the group, by three members, such as\n` +
      `${[...new Set(warnings.map((line) => `    ${line}\n`))].slice(0, 4).join('')}`,
  );
  return phases;
}
