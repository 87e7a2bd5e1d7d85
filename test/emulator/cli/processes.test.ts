import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broker, type TestBroker } from '../../../src/testing/index.ts';
import { cli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

let local: TestBroker;
let folder: string;
const command = join(import.meta.dirname, '../../../src/cli/main.ts');

beforeAll(async () => {
  local = await broker({ topics: ['orders', 'many', 'typed'] });
  folder = await mkdtemp(join(tmpdir(), 'partita-processes-'));
  await writeFile(join(folder, 'slow.mjs'), handler);
  await writeFile(join(folder, 'app.yaml'), config(local.kafka.bootstrap));
});
afterAll(async () => {
  await local?.close();
  await rm(folder, { recursive: true });
});

const handler = `import { setTimeout as delay } from 'node:timers/promises';
export async function handle(value) {
  console.log('begins', value);
  await delay(500);
  console.log('ends', value);
}
`;

const config = (bootstrap: string): string => `backend: kafka
kafka: { brokers: ['${bootstrap}'] }
consumers:
  - { topics: orders, group: billing, value: text, onError: stop, handler: ./slow.mjs#handle }
`;

/** As if these packages were not installed. */
const hide = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(id, context, next) {
    if (/^(@opentelemetry\\/|pino$)/.test(id)) throw new Error('Cannot find package ' + id);
    return next(id, context);
  },
});
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Without what tells the tests themselves what to do: the command remarks on names that look like settings and are none. */
const foreign = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('PARTITA_')),
);

/** A line of the shell, with the command as `$PARTITA`. */
function shell(line: string, printed: (out: string, child: ChildProcess) => void = () => {}) {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env: { ...foreign, PARTITA: `${process.execPath} ${command}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    printed(out, child);
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return once(child, 'close').then((): Ended => ({ code: child.exitCode, out, errors }));
}

describe('partita as a process', () => {
  it('says its version at once', async () => {
    const begin = performance.now();
    const { code, out } = await shell('exec $PARTITA --version');
    const tookMs = performance.now() - begin;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    // A bound for a machine under load; the figure is what is of interest.
    expect(tookMs).toBeLessThan(10_000);
    process.stdout.write(`partita --version: ${Math.round(tookMs)} ms\n`);
  });

  it('lets handlers finish and stores positions on SIGTERM, and ends with 0', async () => {
    await cli(['produce', 'orders', 'one', '--brokers', local.kafka.bootstrap]);
    let isAsked = false;
    const { code, out, errors } = await shell('exec $PARTITA run', (seen, child) => {
      if (isAsked || !seen.includes('begins one')) return;
      isAsked = true;
      child.kill('SIGTERM');
    });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out.split('\n')).toEqual(expect.arrayContaining(['begins one', 'ends one', 'stopped']));
    const shown = ['offsets', 'show', 'billing', '--json', '--brokers', local.kafka.bootstrap];
    expect((await cli(shown)).json()).toMatchObject({ positions: [{ committed: 1, lag: 0 }] });
  });

  it('ends soon after Ctrl-C, although standard input stays open', async () => {
    const args = ['produce', 'typed', '--brokers', local.kafka.bootstrap, '--json'];
    const child = spawn(process.execPath, [command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    // A chunk is written once it is full: then the command is at work, and waits for more.
    child.stdin.write('x\n'.repeat(1_500));
    const end = async () => {
      const shown = ['topics', 'describe', 'typed', '--json', '--brokers', local.kafka.bootstrap];
      return (await cli(shown)).json<{ partitions: { end: number }[] }>().partitions[0]?.end ?? 0;
    };
    await until('a chunk is written', async () => (await end()) >= 1_000);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(JSON.parse(errors).error).toMatchObject({ code: 'CLOSED' });
    expect(errors).toContain('1000 records were acknowledged by typed before that.');
  });

  it.each([
    ['telemetry: { traces: true }', 'npm install @opentelemetry/api'],
    [
      'telemetry: { prometheus: { port: 0 } }',
      'npm install @opentelemetry/api @opentelemetry/sdk-metrics @opentelemetry/exporter-prometheus',
    ],
    ['logger: { kind: pino }', 'npm install pino'],
  ])('says how to install what %s needs', async (section, install) => {
    await writeFile(join(folder, 'hide.mjs'), hide);
    await writeFile(join(folder, 'watched.yaml'), `backend: memory\n${section}\n`);
    const line = 'NODE_OPTIONS="--import ./hide.mjs" exec $PARTITA run watched.yaml';
    const { code, out, errors } = await shell(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toContain(`${install}\n`);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('ends quietly when nobody reads what it prints any more', async () => {
    const values = Array.from({ length: 2_000 }, (_, i) => `${'x'.repeat(100)}${i}`);
    await cli(['produce', 'many', ...values, '--brokers', local.kafka.bootstrap]);
    // The status of the command itself, which a pipe would swallow.
    const line = '{ $PARTITA tail many --from earliest; echo $? > code; } | head -1';
    const { out, errors } = await shell(line);
    expect(out).toMatch(/^many-0@0 .*x0\n$/);
    expect(errors).toBe('');
    expect(await readFile(join(folder, 'code'), 'utf8')).toBe('0\n');
  });
});
