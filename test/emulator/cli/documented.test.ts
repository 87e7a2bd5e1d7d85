import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { broker, type TestBroker } from '../../../src/testing/index.ts';
import { type CliResult, cli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

const page = join(import.meta.dirname, '../../../docs/cli.md');
let local: TestBroker;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  local = await broker();
  folder = await mkdtemp(join(tmpdir(), 'partita-documented-'));
  env = { PARTITA_KAFKA_BROKERS: local.kafka.bootstrap, PARTITA_LOGGER_KIND: 'silent' };
  for (const [, name = '', content = ''] of (await readFile(page, 'utf8')).matchAll(files))
    await writeFile(join(folder, name), content);
});
afterAll(async () => {
  await local?.close();
  await rm(folder, { recursive: true });
});

const files = /```(?:yaml|js)\n(?:#|\/\/) (\S+)\n([\s\S]*?)```/g;
const consoles = /```console\n([\s\S]*?)```/g;

/** The application of the page runs from its own command until the positions of its group are looked at. */
let running: { readonly result: Promise<CliResult>; stop(): void } | undefined;

async function run(line: readonly string[]): Promise<string> {
  const stop = new AbortController();
  const result = cli(line, { folder, env, signal: stop.signal });
  running = { result, stop: () => stop.abort() };
  const group = ['groups', 'describe', 'billing', '--json'];
  await until('all is handled', async () => {
    const found = await cli(group, { folder, env });
    // Nobody knows the group before its first member is there.
    if (found.code !== 0) return false;
    const { lag, positions } = found.json<{ lag: number; positions: { committed?: number }[] }>();
    return (
      lag === 0 && positions.length === 6 && positions.every((one) => one.committed !== undefined)
    );
  });
  return 'running on kafka: billing\nstopped\n';
}

async function play(command: string): Promise<string> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
  const line = words.slice(2).map(String);
  if (line[0] === 'run') return run(line);
  if (line[0] === 'offsets' && running !== undefined) {
    running.stop();
    expect((await running.result).out).toBe('running on kafka: billing\nstopped\n');
    running = undefined;
  }
  const { out, errors } = await cli(line, { folder, env });
  return out + errors;
}

/** What is another one each time: times, member ids, ports. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
    .replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '<broker>');

it('prints what docs/cli.md says, command by command', async () => {
  const written = await readFile(page, 'utf8');
  // PARTITA_WRITE_DOCS=1 writes what is printed now into the page.
  let printed = '';
  let at = 0;
  for (const found of written.matchAll(consoles)) {
    const commands = (found[1] ?? '').split('\n').filter((line) => line.startsWith('$ partita'));
    const played: string[] = [];
    for (const command of commands) played.push(`${command}\n${await play(command)}`);
    printed += `${written.slice(at, found.index)}\`\`\`console\n${played.join('\n')}\`\`\``;
    at = found.index + found[0].length;
  }
  printed += written.slice(at);
  printed = printed.replaceAll(folder, '/home/ada');
  if (process.env.PARTITA_WRITE_DOCS !== undefined)
    await writeFile(page, printed.replaceAll(local.kafka.bootstrap, 'localhost:9092'));
  expect(steady(printed)).toBe(steady(written));
});
