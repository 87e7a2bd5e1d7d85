import { setTimeout as wait } from 'node:timers/promises';
import type { Contender } from './contenders.ts';
import { settings } from './settings.ts';
import type { Stand } from './stand.ts';
import type { StorageCalls } from './storage-meter.ts';

export interface SteadyResult {
  readonly partitions: number;
  readonly members: number;
  readonly calls: StorageCalls;
}

export const steadyHub = (contender: Contender, partitions: number): string =>
  `steady-${contender.id}-${partitions}`;

/** What a group costs while nothing happens: no events, nobody comes or goes. */
export async function measureSteady(
  stand: Stand,
  contender: Contender,
  partitions: number,
): Promise<readonly SteadyResult[]> {
  await using group = stand.group(steadyHub(contender, partitions), partitions, contender);
  const results: SteadyResult[] = [];
  const { holdMs, balanceTimeoutMs: timeoutMs, steadyTicks, intervalMs } = settings;
  for (const members of [3, 6]) {
    while (group.members.length < members) group.start(`M${group.members.length}`);
    if ((await group.balanced({ holdMs, timeoutMs })) === undefined)
      process.stderr.write(`  ${contender.name}: ${members} members are not balanced\n`);
    stand.meter.take();
    await wait(steadyTicks * intervalMs);
    results.push({ partitions, members, calls: stand.meter.take() });
    process.stderr.write(`  ${contender.name}: ${partitions} partitions, ${members} members\n`);
  }
  await group.stopAll();
  return results;
}
