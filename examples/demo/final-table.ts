import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Verdict } from './audit.ts';
import { beside } from './side-by-side.ts';

const tableWidth = 66;

/** The same table on every backend, at a terminal and elsewhere: next to each other where there is room. */
export function finalTables(
  verdicts: ReadonlyMap<string, Verdict>,
  columns: number | undefined,
): string {
  const tables = [...verdicts].map(([backend, verdict]) => finalTable(verdict, backend));
  if (columns === undefined || columns < tables.length * tableWidth) return tables.join('\n');
  return beside(
    tables.map((table) => table.split('\n')),
    tableWidth,
  ).join('\n');
}

function finalTable(verdict: Verdict, backend: string): string {
  const table = new Table({
    head: ['guarantee', backend, ''],
    colWidths: [38, 12, 10],
    style: { head: [], border: [] },
  });
  const mark = (good: boolean) => (good ? styleText('green', 'kept') : styleText('red', 'BROKEN'));
  table.push(
    ['produced', verdict.produced, ''],
    ['handled', verdict.handled, ''],
    ['lost', verdict.lost, mark(verdict.lost === 0)],
    ['repeated, work of the killed member', verdict.repeatedByCrash, 'allowed'],
    ['repeated otherwise', verdict.repeated, mark(verdict.repeated === 0)],
    ['out of key order', verdict.outOfOrder, mark(verdict.outOfOrder === 0)],
  );
  return table.toString();
}
