import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Reads a topic of which a record beyond the end of what is taken stays unread, and lets taking fail. */
const program = `
const { memory } = await import('./src/backends/memory/index.ts');
const { partita, silentLogger } = await import('./src/index.ts');
const { readRecords } = await import('./src/cli/read-records.ts');
const backend = memory({ topics: { orders: 1 } });
const app = partita({ backend, logger: silentLogger });
await app.producer().send('orders', [{ value: 'a' }, { value: 'b' }]);
const reading = { topic: 'orders', from: 'earliest', follow: false, signal: new AbortController().signal };
const take = () => { throw new Error('no room on the disk'); };
await readRecords(app, reading, take).catch((error) => console.log(error.message));
await app.stop();
`;

it('leaves nothing running when taking a record fails, so that the command ends', () => {
  const args = ['--input-type=module', '-e', program];
  const options = { encoding: 'utf8', timeout: 20_000 } as const;
  const { status, signal, stdout } = spawnSync(process.execPath, args, options);
  expect({ status, signal }).toEqual({ status: 0, signal: null });
  expect(stdout).toContain('no room on the disk');
}, 30_000);
