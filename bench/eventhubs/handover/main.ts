/**
 * `npm run bench:handover -- [--only phases|calls] [--outage] [--contender partita|balanced|greedy]`: how a group on native
 * Event Hubs hands partitions over, beside the official processor with both of its strategies, in one run. `--outage` takes
 * the storage away for a minute instead. Prints tables and whether our promises were kept; exit code 1: one was not. See
 * bench/README.md.
 */
import { parseArgs } from 'node:util';
import { type Contender, contenders } from './contenders.ts';
import { outageHub, outages, playOutage } from './outage.ts';
import { type PhaseResult, playPhases } from './phases.ts';
import { settings } from './settings.ts';
import { Stand } from './stand.ts';
import { measureSteady, type SteadyResult, steadyHub } from './steady.ts';
import { coordinationCalls } from './storage-meter.ts';
import { check, printPhases, printSettings, printSteady } from './tables.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    contender: { type: 'string' },
    partitions: { type: 'string', default: '32' },
    outage: { type: 'boolean', default: false },
  },
});
const partitions = Number(values.partitions);
const chosen = contenders.filter(({ id }) => [undefined, id].includes(values.contender));
const allParts = values.only === undefined ? ['phases', 'calls'] : [values.only];
const parts = values.outage ? ['outage'] : allParts;
const does = (part: string): boolean => parts.includes(part);

await using stand = await Stand.open({
  ...Object.fromEntries(chosen.map(({ id }) => [id, partitions])),
  ...Object.fromEntries(
    chosen.flatMap((contender) => [8, 32].map((count) => [steadyHub(contender, count), count])),
  ),
  ...Object.fromEntries(outages.map((outage) => [outageHub(outage), 8])),
});
printSettings();
let isMet = true;
if (does('phases')) isMet = (await phases()) && isMet;
if (does('calls')) isMet = (await calls()) && isMet;
if (does('outage')) isMet = (await storageIsDown()) && isMet;
process.exitCode = isMet ? 0 : 1;

async function phases(): Promise<boolean> {
  const results = new Map<Contender, readonly PhaseResult[]>();
  for (const contender of chosen)
    results.set(contender, await playPhases(stand, contender, partitions));
  printPhases(results);
  return [...results]
    .filter(([{ isOurs }]) => isOurs)
    .flatMap(([, all]) => all)
    .map(({ name, lost, repeated, balancedMs }) => {
      const mayRepeat = name.startsWith('kill');
      const isKept = lost === 0 && (mayRepeat || repeated === 0) && balancedMs !== undefined;
      return check(isKept, `${name}: nothing lost${mayRepeat ? '' : ', nothing repeated'}`);
    })
    .every(Boolean);
}

async function calls(): Promise<boolean> {
  const results = new Map<Contender, readonly SteadyResult[]>();
  for (const contender of chosen) {
    const all: SteadyResult[] = [];
    for (const count of [8, 32]) all.push(...(await measureSteady(stand, contender, count)));
    results.set(contender, all);
  }
  printSteady(results);
  return [...results]
    .filter(([{ isOurs }]) => isOurs)
    .flatMap(([, all]) => all)
    .map(({ partitions: count, members, calls: made }) => {
      const perMember = coordinationCalls(made) / settings.steadyTicks / members;
      const what = `${count} partitions, ${members} members: ${perMember.toFixed(2)} calls per member and tick (2, give or take a tenth of a tick and one more)`;
      return check(Math.abs(perMember - 2) <= 0.4, what);
    })
    .every(Boolean);
}

async function storageIsDown(): Promise<boolean> {
  let areKept = true;
  for (const outage of outages) areKept = (await playOutage(stand, outage)) && areKept;
  return areKept;
}
