/**
 * `npm run bench:telemetry [-- --runs 5 --records 400000]`: what spans and metrics cost a consumer that handles 100,000 records a
 * second without them. Contenders take turns, each in a process of its own. Exit code 1: a target was missed.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { median } from '../support/race.ts';
import type { Result } from '../support/task.ts';
import type { Work } from './work.ts';

const perSecond = 100_000;
/** Most that a mode may cost, by shape; the others are told for information. */
const limits: Readonly<Record<string, number>> = {
  'record traces': 0.15,
  'batch metrics': 0.03,
  'batch traces': 0.15,
  'record metrics': 0.03,
};

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    records: { type: 'string', default: '400000' },
  },
});
const records = Number(values.records);
const table = new Table({
  head: ['handler', 'mode', 'records/s', 'costs', 'limit', ''],
  style: { head: [], border: [] },
});
let met = true;
for (const shape of ['batch', 'record'] as const) compare(shape);
process.stdout.write(`${table}\n`);
process.exitCode = met ? 0 : 1;

function run(work: Work): number {
  const output = execFileSync(
    process.execPath,
    ['bench/telemetry/consume.ts', JSON.stringify(work)],
    {
      encoding: 'utf8',
    },
  );
  const { records: seen, ms } = JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Result;
  return (seen / ms) * 1_000;
}

/** So much work per record that all of it comes to 100,000 records a second. */
function calibrated(shape: Work['shape']): number {
  const probe = { mode: 'off', shape, records } as const;
  const few = 1e6 / run({ ...probe, loops: 2 });
  const many = 1e6 / run({ ...probe, loops: 10 });
  const perLoop = (many - few) / 8;
  return Math.max(1, Math.round((1e6 / perSecond - few) / perLoop) + 2);
}

function compare(shape: Work['shape']): void {
  const loops = calibrated(shape);
  const modes = ['off', 'metrics', 'traces', 'both'] as const;
  const rates = new Map<string, number[]>(modes.map((mode) => [mode, []]));
  for (let round = 1; round <= Number(values.runs); round++)
    for (const mode of modes) {
      const rate = run({ mode, shape, records, loops });
      rates.get(mode)?.push(rate);
      process.stderr.write(`  round ${round}: ${shape} ${mode} ${Math.round(rate)}/s\n`);
    }
  const base = median(rates.get('off') ?? []);
  for (const mode of modes) {
    const rate = median(rates.get(mode) ?? []);
    // Of the time that the same records take.
    const cost = base / rate - 1;
    const limit = limits[`${shape} ${mode}`];
    const verdict = limit === undefined ? '' : cost <= limit ? 'met' : 'MISSED';
    if (verdict === 'MISSED') met = false;
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
    table.push([
      shape,
      mode,
      Math.round(rate),
      mode === 'off' ? '' : percent(cost),
      limit === undefined ? '' : percent(limit),
      verdict,
    ]);
  }
}
