import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Verdict } from './audit.ts';

/** The same table on every backend, at a terminal and elsewhere. */
export function finalTable(verdict: Verdict, backend: string): string {
  const table = new Table({ head: ['guarantee', backend, ''], style: { head: [], border: [] } });
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
