import { expect, it } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import {
  deadLetter,
  type ErrorPolicy,
  type LogFields,
  type Logger,
  partita,
  retry,
  skip,
  stopPartition,
} from '../../../src/index.ts';
import { until } from '../../support/until.ts';

/** Lines at warn and above, with their errors. */
async function linesOf(onError: ErrorPolicy, last: RegExp): Promise<string[]> {
  const lines: string[] = [];
  const write = (message: string, { error }: LogFields = {}) =>
    void lines.push(error instanceof Error ? `${message}: ${error.message}` : message);
  const logger: Logger = { debug: () => {}, info: () => {}, warn: write, error: write };
  await using app = partita({ backend: memory({ topics: { orders: 1, dead: 1 } }), logger });
  app.consume('orders', {
    group: 'billing',
    onError,
    handle() {
      throw new Error('no money');
    },
  });
  await app.start();
  await app.producer().send('orders', { value: 'x' });
  await until('it is told', () => lines.some((line) => last.test(line)));
  return lines;
}

it.each<[string, ErrorPolicy, string[]]>([
  ['skips', skip(), ['record skipped: no money']],
  [
    'stops the partition',
    stopPartition(),
    ['orders-0 is stopped at offset 0, resume() tries again: no money'],
  ],
  [
    'tries again, then writes it to a topic',
    retry({ attempts: 2, firstDelayMs: 0 }).otherwise(deadLetter('dead')),
    [
      'record failed, retry: no money',
      'record failed, deadLetter: no money',
      'record dead-lettered',
    ],
  ],
])('tells once what a policy does that %s', async (_, policy, lines) => {
  expect(await linesOf(policy, /skipped|stopped|dead-lettered/)).toEqual(lines);
});
