/**
 * `npm run bench:telemetry [-- --rounds 40 --records 50000]`: what spans and metrics cost a consumer that handles 100,000 records a
 * second without them. Each contender is a process of its own that stays; they take short turns, and a turn is compared with the one
 * without telemetry in the same round, so that a slow minute of the machine hits all alike. What counts is the time beside the handlers'
 * own work, as a share of the 10 microseconds that a record has: the same work takes a tenth longer in one process than in another,
 * by how it happened to be compiled. Exit code 1: a target was missed.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { median } from '../support/race.ts';
import { Contender } from './contender.ts';
import type { Shape, Took } from './work.ts';

const perSecond = 100_000;
/** Turns that nobody counts, in which code gets compiled. */
const warmUps = 5;
/** Most that a mode may cost, by shape; the others are told for information. */
const limits: Readonly<Record<string, number>> = {
  'record traces': 0.15,
  'batch metrics': 0.03,
  'batch traces': 0.15,
  'record metrics': 0.03,
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    records: { type: 'string', default: '50000' },
  },
});
const records = Number(values.records);
const table = new Table({
  head: ['handler', 'mode', 'records/s', 'costs', 'quartiles', 'limit', ''],
  style: { head: [], border: [] },
});
let met = true;
for (const shape of ['batch', 'record'] as const) await compare(shape);
process.stdout.write(`${table}\n`);
process.exitCode = met ? 0 : 1;

/** So much work per record that all of it comes to 100,000 records a second. */
async function calibrated(off: Contender): Promise<number> {
  const usPerRecord = async (loops: number) => {
    const took: number[] = [];
    for (let i = 0; i < 15; i++) took.push((await off.take({ records, loops })).wallMs);
    return (median(took) * 1_000) / records;
  };
  const [few, many] = [500, 5_500];
  await usPerRecord(few);
  const withFew = await usPerRecord(few);
  const perLoop = ((await usPerRecord(many)) - withFew) / (many - few);
  return Math.max(1, Math.round((1e6 / perSecond - withFew) / perLoop) + few);
}

async function compare(shape: Shape): Promise<void> {
  const off = new Contender('off', shape);
  const others = (['metrics', 'traces', 'both'] as const).map((mode) => new Contender(mode, shape));
  const all = [off, ...others];
  const turn = { records, loops: await calibrated(off) };
  const turns = new Map<Contender, Took[]>(all.map((one) => [one, []]));
  for (let round = 1 - warmUps; round <= Number(values.rounds); round++) {
    // Who begins changes, for a round may be slower at its end.
    const from = Math.abs(round) % all.length;
    for (const one of [...all.slice(from), ...all.slice(0, from)]) {
      const took = await one.take(turn);
      if (round > 0) turns.get(one)?.push(took);
    }
    if (round > 0 && round % 10 === 0)
      process.stderr.write(`  ${shape} round ${round}: ${told(turns)}\n`);
  }
  for (const one of all) one.stop();
  const base = turns.get(off) ?? [];
  for (const [{ mode }, took] of turns) row(shape, mode, took, base);
}

function told(turns: ReadonlyMap<Contender, readonly Took[]>): string {
  const last = ([{ mode }, took]: [Contender, readonly Took[]]) =>
    `${mode} ${Math.round(took.at(-1)?.wallMs ?? 0)} ms`;
  return [...turns].map(last).join(', ');
}

function row(shape: Shape, mode: string, took: readonly Took[], base: readonly Took[]): void {
  const costs = took
    .map((one, round) => besideMs(one) - besideMs(base[round] ?? one))
    .map((ms) => ((ms / 1_000) * perSecond) / records)
    .sort((a, b) => a - b);
  const percent = (share = Number.NaN) => `${(share * 100).toFixed(1)} %`;
  const cost = median(costs);
  const limit = limits[`${shape} ${mode}`];
  const verdict = limit === undefined ? '' : cost <= limit ? 'met' : 'MISSED';
  if (verdict === 'MISSED') met = false;
  const quarter = Math.floor(costs.length / 4);
  table.push([
    shape,
    mode,
    Math.round((records / median(took.map(({ wallMs }) => wallMs))) * 1_000),
    ...(mode === 'off'
      ? ['', '']
      : [percent(cost), `${percent(costs[quarter])} … ${percent(costs.at(-1 - quarter))}`]),
    limit === undefined ? '' : percent(limit),
    verdict,
  ]);
}

function besideMs({ wallMs, workMs }: Took): number {
  return wallMs - workMs;
}
