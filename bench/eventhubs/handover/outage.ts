import { setTimeout as wait } from 'node:timers/promises';
import { auditPhases } from '../../../test/support/event-hubs/fleet/audit.ts';
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

/** The storage is down for a minute while three members handle events. */
export async function playOutage(stand: Stand, outage: Outage): Promise<boolean> {
  const { connectionString, proxy } = stand;
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
  const now = () => process.hrtime.bigint();
  const phases = [
    { name: 'before', fromNs: 0n },
    { name: 'down', fromNs: now() },
  ];
  const handledBefore = group.handled().length;
  proxy.refuse = () => 'cut';
  await wait(downMs);
  const handledWhileDown = group.handled().length - handledBefore;
  proxy.refuse = () => undefined;
  phases.push({ name: 'after', fromNs: now() });
  const committed = group.said(/^committed/).length;
  const startedAt = performance.now();
  while (group.said(/^committed/).length === committed) await wait(20);
  const committedMs = performance.now() - startedAt;
  const balancedMs = await group.balanced({ holdMs });
  await traffic.stop();
  await allHandled(group, traffic);
  const lost = group.said(/^lost/).length;
  await group.stopAll();
  const verdicts = auditPhases(group.handled(), traffic.sentNs, phases);
  for (const { name, produced, lost: missing, repeated } of verdicts)
    process.stdout.write(`  ${name}: ${produced} events, ${missing} lost, ${repeated} repeated\n`);
  process.stdout.write(
    `  ${handledWhileDown} handled while it was down, ${lost} partitions lost, first commit ${secondsOf(committedMs)} after it was back, balanced ${secondsOf(balancedMs)} after\n`,
  );
  for (const line of group.said(/partita warn/).slice(0, 12)) process.stdout.write(`  ${line}\n`);
  const sum = (count: (verdict: (typeof verdicts)[0]) => number) =>
    verdicts.reduce((total, verdict) => total + count(verdict), 0);
  const isKept = check(sum((verdict) => verdict.lost) === 0, 'nothing lost');
  if (expiryMs < downMs)
    return check(lost === partitions, 'every partition lost, and taken again') && isKept;
  const isCalm = check(
    lost === 0 && sum(({ repeated }) => repeated) === 0,
    'no partition lost, nothing repeated',
  );
  return isKept && isCalm;
}
