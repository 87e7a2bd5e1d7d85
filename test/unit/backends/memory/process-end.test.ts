import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const source = (path: string) =>
  JSON.stringify(new URL(`../../../../src/${path}`, import.meta.url));

const program = `
  import { partita, stopPartition } from ${source('index.ts')};
  import { memory } from ${source('backends/memory/index.ts')};
  const app = partita({ backend: memory({ topics: { orders: 1 } }) }).consume('orders', {
    group: 'billing',
    instanceId: 'billing-0',
    onError: stopPartition(),
    handle() {},
  });
  await app.start();
  await app.stop();
  console.log('stopped');
`;

it('a process ends when its static member has stopped, and not when its session times out', async () => {
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  expect(stdout).toBe('stopped\n');
}, 40_000);
