import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, cli } from '../../support/cli.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partita-run-'));
  await writeFile(join(folder, 'orders.mjs'), 'export const handle = () => {};\n');
  await writeFile(join(folder, 'empty.mjs'), 'export const other = 1;\n');
});
afterAll(() => rm(folder, { recursive: true }));

const good = `backend: memory
logger: { kind: silent }
memory: { topics: { orders: 1 } }
consumers:
  - topics: orders
    group: billing
    onError: stop
    handler: ./orders.mjs#handle
`;

async function run(config: string, ...args: string[]): Promise<CliResult> {
  const file = join(folder, `app-${Math.random()}.yaml`);
  await writeFile(file, config);
  // Whatever starts in spite of all is stopped at once.
  const stop = new AbortController();
  const printed = () => stop.abort();
  return cli(['run', file, ...args], { folder, signal: stop.signal, printed });
}

async function moduleFile(name: string, lines: string): Promise<string> {
  const file = join(folder, name);
  const di = new URL('../../../src/di/index.ts', import.meta.url).href;
  const names = 'consumerModule, handlerModule, perRecord, singleton, token, tokens';
  await writeFile(file, `import { ${names} } from '${di}';\n${lines}\n`);
  return file;
}

// The first one loads everything.
describe('partita run', { timeout: 30_000 }, () => {
  it('runs, says so, and stops', async () => {
    expect(await run(good)).toMatchObject({
      code: 0,
      out: 'running on memory: billing\nstopped\n',
      errors: '',
    });
  });

  it('does not start when it was asked to stop while it was loaded', async () => {
    const file = join(folder, 'late.yaml');
    await writeFile(file, good);
    const { code, out } = await cli(['run', file], { folder, signal: AbortSignal.abort() });
    expect({ code, out }).toEqual({ code: 0, out: 'stopped\n' });
  });

  it('serves health and metrics where the file says so', async () => {
    const sections = `health: { port: 0, host: 127.0.0.1, stuckAfter: 1m }
telemetry: { traces: true, metrics: true, prometheus: { port: 0, host: 127.0.0.1 } }
`;
    const { code, out } = await run(good + sections);
    expect(code).toBe(0);
    expect(out).toMatch(/^health at http:\/\/127\.0\.0\.1:\d+\/live and http/m);
    expect(out).toMatch(/^metrics at http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
  });

  it('takes parts from modules of the user', async () => {
    const module = await moduleFile(
      'parts.mjs',
      'export default [handlerModule("billing", class { handle() {} }, [])];',
    );
    expect((await run(good, '--module', module)).code).toBe(0);
  });
});

describe('what is wrong is one clear sentence each, exit code 2, and nothing is started', {
  timeout: 30_000,
}, () => {
  it.each([
    ['an unknown key', good.replace('group:', 'gruop:'), /consumers\[0\]\.gruop .*group/],
    ['a wrong unit', `${good}    drainTimeout: 3 minutes\n`, /drainTimeout .*3 minutes/],
    ['a missing module', good.replace('orders.mjs', 'oders.mjs'), /oders\.mjs/],
    ['an export that is not there', good.replace('#handle', '#handel'), /handel/],
    [
      'a module that exports nothing of use',
      good.replace('orders.mjs#handle', 'empty.mjs'),
      /empty\.mjs/,
    ],
    [
      'a variable that is not set',
      good.replace('billing', '$' + '{NO_SUCH_GROUP}'),
      /NO_SUCH_GROUP/,
    ],
  ])('%s', async (_, config, message) => {
    const { code, out, errors } = await run(config);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(message);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [
      'a token that is bound twice',
      'class A {}; export default [singleton(A, []), singleton(A, []), handlerModule("billing", class H { constructor(a) {} handle() {} }, [A])];',
      'A is bound more than once',
    ],
    [
      'a token that is not bound',
      'class A {}; export default handlerModule("billing", class H { constructor(a) {} handle() {} }, [A]);',
      'A is not bound, and H needs it',
    ],
    [
      'services that need each other',
      'class A {}; class B {}; export default [singleton(A, [B]), singleton(B, [A]), handlerModule("billing", class H { constructor(a) {} handle() {} }, [A])];',
      'A needs B needs A',
    ],
    [
      'a module without modules',
      'export const nothing = 1;',
      'has no container module as its default export',
    ],
    [
      'a module that does not load',
      'export default nothing;',
      'does not load: nothing is not defined',
    ],
  ])('%s', async (name, lines, message) => {
    const module = await moduleFile(`${name.replaceAll(' ', '-')}.mjs`, lines);
    const file = join(folder, 'good.yaml');
    await writeFile(file, good);
    // In a process: tokens of another copy of the package would be others.
    const line = ['src/cli/main.ts', 'run', file, '--module', module];
    const { status, stdout, stderr } = spawnSync(process.execPath, line, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it.each(['health', 'telemetry'])('a port of %s that is taken', async (section) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const endpoint = `{ port: ${port}, host: 127.0.0.1 }`;
    const line =
      section === 'health' ? `health: ${endpoint}` : `telemetry: { prometheus: ${endpoint} }`;
    const { code, out, errors } = await run(`${good}${line}\n`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toContain(`127.0.0.1:${port} is in use`);
    expect(errors).toMatch(/^partita: (health|telemetry\.prometheus)\.port: /);
    other.close();
  });

  it('a file that is not there, and a folder without one', async () => {
    expect(await cli(['run', 'nowhere.yaml'], { folder })).toMatchObject({
      code: 2,
      errors: expect.stringContaining('nowhere.yaml'),
    });
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await cli(['run'], { folder: empty })).toMatchObject({
      code: 2,
      errors: expect.stringContaining('no configuration file is named'),
    });
  });
});
