import { setTimeout as wait } from 'node:timers/promises';
import {
  auditPhases,
  type Phase,
  type PhaseVerdict,
} from '../../../test/support/event-hubs/fleet/audit.ts';
import type { ProcessGroup } from '../../../test/support/event-hubs/fleet/process-group.ts';
import { Traffic } from '../../../test/support/event-hubs/fleet/traffic.ts';
import type { Contender } from './contenders.ts';
import { repeatsOf } from './repeats.ts';
import { settings } from './settings.ts';
import type { Stand } from './stand.ts';
import type { StorageCalls } from './storage-meter.ts';

export interface PhaseResult extends PhaseVerdict {
  /** Until the group was balanced; undefined: it was not within the time. Of a rolling restart, the sum of its steps. */
  readonly balancedMs: number | undefined;
  readonly calls: StorageCalls;
  readonly lastedMs: number;
}

type Step = (group: ProcessGroup) => Promise<number | undefined>;

const members = ['A', 'B', 'C'] as const;

function balanced(group: ProcessGroup, since: number): Promise<number | undefined> {
  const { holdMs, balanceTimeoutMs: timeoutMs } = settings;
  return group.balanced({ since, holdMs, timeoutMs });
}

/** What happens to the group, in this order. */
const steps: Readonly<Record<string, Step>> = {
  'start of 3': async (group) => {
    const since = performance.now();
    for (const name of members) group.start(name);
    return balanced(group, since);
  },
  'steady, 3 members': async () => {
    await wait(settings.steadyTicks * settings.intervalMs);
    return 0;
  },
  'a 4th joins': async (group) => {
    const since = performance.now();
    group.start('D');
    return balanced(group, since);
  },
  'one leaves': async (group) => {
    const since = performance.now();
    await group.stop('D');
    return balanced(group, since);
  },
  'rolling restart': async (group) => {
    let sumMs = 0;
    for (const name of members) {
      const since = performance.now();
      await group.stop(name);
      group.start(`${name}2`);
      const ms = await balanced(group, since);
      if (ms === undefined) return undefined;
      sumMs += ms;
    }
    return sumMs;
  },
  'kill -9 of one': async (group) => {
    const since = performance.now();
    await group.kill('B2');
    return balanced(group, since);
  },
};

/** Plays all phases with one contender, under live production. */
export async function playPhases(
  stand: Stand,
  contender: Contender,
  partitions: number,
): Promise<readonly PhaseResult[]> {
  const { everyMs, perBatch, holdMs } = settings;
  const { connectionString, meter } = stand;
  await using group = stand.group(contender.id, partitions, contender);
  await using traffic = new Traffic({
    ...{ connectionString, hub: contender.id, partitions, everyMs, perBatch },
  });
  traffic.start();
  const phases: Phase[] = [];
  const measured: Pick<PhaseResult, 'balancedMs' | 'calls' | 'lastedMs'>[] = [];
  for (const [name, step] of Object.entries(steps)) {
    phases.push({ name, fromNs: phases.length === 0 ? 0n : process.hrtime.bigint() });
    const startedAt = performance.now();
    meter.take();
    const balancedMs = await step(group);
    measured.push({ balancedMs, calls: meter.take(), lastedMs: performance.now() - startedAt });
    process.stderr.write(`  ${contender.name}: ${name}, ${secondsOf(balancedMs)}\n`);
    // What was under way when it settled belongs to this phase.
    await wait(holdMs);
  }
  await traffic.stop();
  await allHandled(group, traffic);
  await group.stopAll();
  const verdicts = auditPhases(group.handled(), traffic.sentNs, phases);
  // What members of ours did and say of themselves when they should have had nothing to say.
  const isOdd = verdicts.some(({ name, repeated }) => repeated > 0 && name !== 'kill -9 of one');
  if (contender.isOurs && isOdd)
    process.stderr.write(`${[...repeatsOf(group.handled()), ...group.said(/./)].join('\n')}\n`);
  return verdicts.map((verdict, i) => ({ ...verdict, ...(measured[i] as (typeof measured)[0]) }));
}

/** Or nothing has come for longer than an expiry: then the rest is lost. */
export async function allHandled(group: ProcessGroup, traffic: Traffic): Promise<void> {
  let before = -1;
  let changedAt = performance.now();
  for (;;) {
    const distinct = new Set(group.handled().map(({ key, sequence }) => `${key}/${sequence}`)).size;
    if (distinct >= traffic.produced) return;
    if (distinct !== before) changedAt = performance.now();
    before = distinct;
    if (performance.now() - changedAt > 3 * settings.expiryMs) return;
    await wait(500);
  }
}

export function secondsOf(ms: number | undefined): string {
  return ms === undefined
    ? `not within ${settings.balanceTimeoutMs / 1_000} s`
    : `${(ms / 1_000).toFixed(1)} s`;
}
