/**
 * `npm run bench:telemetry [-- --rounds 100 --records 20000]`: what spans and metrics cost a consumer that handles 100,000 records a
 * second without them. Each contender is a process of its own that stays; they take short turns, and a turn is compared with the one
 * without telemetry in the same round, so that a slow minute of the machine hits all alike. What counts is the processor time of the
 * whole process: on a busy machine the wall clock tells how the others did. Exit code 1: a target was missed.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { median } from '../support/race.ts';
import { Contender } from './contender.ts';
import type { Shape, Took } from './work.ts';

const perSecond = 100_000;
/** Turns that nobody counts, in which code gets compiled. */
const warmUps = 10;
/** Most that a mode may cost, by shape; the others are told for information. */
const limits: Readonly<Record<string, number>> = {
  'record traces': 0.15,
  'batch metrics': 0.03,
  'batch traces': 0.15,
  'record metrics': 0.03,
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    records: { type: 'string', default: '20000' },
  },
});
const records = Number(values.records);
const table = new Table({
  head: ['handler', 'mode', 'records/s', 'costs', 'quartiles', 'by the clock', 'limit', ''],
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
  await usPerRecord(10);
  const few = await usPerRecord(10);
  const perLoop = ((await usPerRecord(50)) - few) / 40;
  return Math.max(1, Math.round((1e6 / perSecond - few) / perLoop) + 10);
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
  const costs = (of: keyof Took) =>
    took.map((one, round) => one[of] / (base[round]?.[of] ?? Number.NaN) - 1).sort((a, b) => a - b);
  const percent = (share = Number.NaN) => `${(share * 100).toFixed(1)} %`;
  const cpu = costs('cpuMs');
  const cost = median(cpu);
  const limit = limits[`${shape} ${mode}`];
  const verdict = limit === undefined ? '' : cost <= limit ? 'met' : 'MISSED';
  if (verdict === 'MISSED') met = false;
  const quarter = Math.floor(cpu.length / 4);
  table.push([
    shape,
    mode,
    Math.round((records / median(took.map(({ wallMs }) => wallMs))) * 1_000),
    ...(mode === 'off'
      ? ['', '', '']
      : [
          percent(cost),
          `${percent(cpu[quarter])} … ${percent(cpu.at(-1 - quarter))}`,
          percent(median(costs('wallMs'))),
        ]),
    limit === undefined ? '' : percent(limit),
    verdict,
  ]);
}
