import Table from 'cli-table3';
import type { Contender } from './contenders.ts';
import { type PhaseResult, secondsOf } from './phases.ts';
import { settings } from './settings.ts';
import type { SteadyResult } from './steady.ts';
import { coordinationCalls, type StorageCalls } from './storage-meter.ts';

const plain = {
  style: { head: [], border: [] },
  // No lines between rows.
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

export function printSettings(): void {
  process.stdout.write(
    `interval ${settings.intervalMs} ms, expiry ${settings.expiryMs} ms, handler ${settings.handleMs} ms per event, ` +
      `${settings.perBatch} events to each partition every ${settings.everyMs} ms\n`,
  );
}

export function printPhases(results: ReadonlyMap<Contender, readonly PhaseResult[]>): void {
  const head = ['', 'phase', 'until balanced', 'events', 'lost', 'repeated', 'storage calls/tick'];
  const table = new Table({
    head: [...head, 'lists', 'puts', 'set metadata', 'checkpoints/s'],
    ...plain,
  });
  for (const [{ name }, phases] of results)
    for (const { name: phase, balancedMs, produced, lost, repeated, calls, lastedMs } of phases) {
      const ticks = lastedMs / settings.intervalMs;
      table.push([
        ...[name, phase, phase.startsWith('steady') ? '' : secondsOf(balancedMs)],
        ...[produced, lost, repeated],
        ...perTick(calls, ticks),
        ((calls.checkpoints / lastedMs) * 1_000).toFixed(1),
      ]);
    }
  process.stdout.write(`\n${table}\n`);
}

export function printSteady(results: ReadonlyMap<Contender, readonly SteadyResult[]>): void {
  const head = ['', 'partitions', 'members', 'storage calls/tick', 'lists', 'puts', 'set metadata'];
  const table = new Table({ head, ...plain });
  for (const [{ name }, all] of results)
    for (const { partitions, members, calls } of all)
      table.push([name, partitions, members, ...perTick(calls, settings.steadyTicks)]);
  process.stdout.write(`\n${table}\n`);
}

function perTick(calls: StorageCalls, ticks: number): readonly string[] {
  const { lists, puts, setMetadata } = calls;
  return [coordinationCalls(calls), lists, puts, setMetadata].map((n) => (n / ticks).toFixed(1));
}

/** One line per promise. Returns whether it was kept. */
export function check(isKept: boolean, what: string): boolean {
  process.stdout.write(`${isKept ? 'met   ' : 'MISSED'} ${what}\n`);
  return isKept;
}
