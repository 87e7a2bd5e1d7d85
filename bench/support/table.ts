import Table from 'cli-table3';
import { type Figure, perSecond } from './race.ts';

/** A target of the form "`name` is at least `times` as fast as `than`". */
export interface Target {
  readonly name: string;
  readonly than: string;
  readonly times: number;
}

/** Medians with their spread, then each target with the ratio that was reached. Returns whether all were met. */
export function printFigures(
  title: string,
  figures: ReadonlyMap<string, Figure>,
  targets: readonly Target[],
): boolean {
  const plain = { style: { head: [], border: [] } };
  const table = new Table({ head: [title, 'median', 'min', 'max', 'runs'], ...plain });
  for (const { name, rates, median } of figures.values())
    table.push([
      name,
      perSecond(median),
      perSecond(Math.min(...rates)),
      perSecond(Math.max(...rates)),
      rates.length,
    ]);
  process.stdout.write(`\n${table}\n`);
  let met = true;
  for (const { name, than, times } of targets) {
    const ratio =
      (figures.get(name)?.median ?? Number.NaN) / (figures.get(than)?.median ?? Number.NaN);
    const good = ratio >= times;
    met &&= good;
    process.stdout.write(
      `${good ? 'met   ' : 'MISSED'} ${name} : ${than} = ${ratio.toFixed(2)} (target ${times})\n`,
    );
  }
  return met;
}
