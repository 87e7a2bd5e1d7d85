import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/emulator/index.ts';
import { type CliInput, type CliResult, cli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

/** One emulator with both protocols on one log: what is true on one broker has to be true on the other. */
let emulator: Emulator;
let folder: string;

const topics = ['orders', 'letters', 'letters.dead', 'copies', 'plain'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partita-cli-'));
  const hubs = topics.flatMap((topic) => [`${topic}-kafka`, `${topic}-eventhubs`]);
  emulator = await startEmulator({
    kafkaPort: 0,
    hubs: hubs.map((name) => ({ name, partitions: 2, consumerGroups: ['billing'] })),
  });
  await writeFile(join(folder, 'handler.mjs'), handlerModule);
  for (const backend of ['kafka', 'eventhubs'])
    await writeFile(join(folder, `${backend}.yaml`), configFile(backend));
});
afterAll(async () => {
  await emulator?.close();
  await rm(folder, { recursive: true });
});

const handlerModule = `export function handle(value) {
  if (value === 'bad') throw new Error('no money');
}
`;

function configFile(backend: string): string {
  return `backend: ${backend}
logger: { kind: silent }
kafka:
  brokers: ['${emulator.kafkaBootstrap}']
eventhubs:
  connectionString: ${emulator.connectionString}
  checkpoints: { kind: file, folder: ./checkpoints }
consumers:
  - topics: [orders-${backend}, letters-${backend}]
    group: billing
    value: text
    heartbeatInterval: 200ms
    sessionTimeout: 10s
    handler: ./handler.mjs#handle
    onError: { policy: deadLetter, topic: letters.dead-${backend} }
`;
}

describe.each(['kafka', 'eventhubs'])('partita on %s', (backend) => {
  const on = (...args: string[]) => partita(...args, '--config', join(folder, `${backend}.yaml`));
  const config = () => ['--config', join(folder, `${backend}.yaml`)];
  const topic = (name: string) => `${name}-${backend}`;

  it('writes records and prints them back, as text and as JSON', async () => {
    expect((await on('produce', topic('plain'), 'a', 'b', '--key', 'k', '-H', 'h=1')).out).toMatch(
      /^Wrote 2 records to plain-\w+ \(\d: 2\)\.$/m,
    );
    const printed = await on('tail', topic('plain'), '--from', 'earliest', '--no-follow', '--json');
    expect(documents(printed)).toEqual([
      expect.objectContaining({ offset: 0, key: 'k', value: 'a', headers: { h: '1' } }),
      expect.objectContaining({ offset: 1, key: 'k', value: 'b', headers: { h: '1' } }),
    ]);
    const text = await on('tail', topic('plain'), '--from', 'earliest', '--no-follow', '-n', '1');
    expect(text.out).toMatch(/^plain-\w+-\d@0 {2}\S+Z {2}k {2}a {2}\{h=1\}\n$/);
  });

  it('takes back what it printed', async () => {
    const source = ['--from', 'earliest', '--no-follow', '--json'];
    await on('produce', topic('plain'), '--key', 'gone', '--tombstone');
    // Of one batch: each has its own key, or none.
    const values = ['k|keyed', '|with an empty key', '\u00e9|more'];
    await on('produce', topic('plain'), ...values, '--key-separator', '|', '-p', '0');
    const mixed =
      '{"key":"first","value":"1"}\n{"value":"none"}\n{"key":"last","value":{"base64":"/wA="}}\n';
    await cli(['produce', topic('plain'), '-p', '0', '--input', 'json', ...config()], {
      stdin: mixed,
    });
    const seen = documents(await on('tail', topic('plain'), ...source, '-p', '0'));
    expect(seen.slice(-6).map(({ key }) => key)).toEqual(['k', '', 'é', 'first', null, 'last']);
    expect(seen.at(-1)).toMatchObject({ value: { base64: '/wA=' } });
    const { out } = await on('tail', topic('plain'), ...source);
    const input = ['produce', topic('copies'), '--input', 'json', ...config()];
    await cli(input, { stdin: out });
    const copies = await on('tail', topic('copies'), ...source);
    expect(contents(copies)).toEqual(contents({ out } as CliResult));
  });

  it('follows a topic until it is stopped', async () => {
    const stop = new AbortController();
    let seen = '';
    const printed = (out: string) => {
      seen = out;
    };
    const following = cli(['tail', topic('orders'), '--from', 'earliest', ...config()], {
      signal: stop.signal,
      printed,
    });
    await on('produce', topic('orders'), 'first', '-p', '1');
    await until('the record is printed', () => seen.includes('first'));
    stop.abort();
    expect((await following).code).toBe(0);
  });

  it('describes topics', async () => {
    const described = await on('topics', 'describe', topic('orders'), '--json');
    expect(described.json()).toMatchObject({
      topic: topic('orders'),
      partitions: [
        { partition: 0, begin: 0 },
        { partition: 1, begin: 0, end: 1 },
      ],
    });
    expect((await on('topics', 'describe', topic('orders'))).out).toContain(
      'PARTITION  BEGIN  END',
    );
    expect((await on('topics', 'list')).out).toContain(topic('orders'));
    const missing = await on('topics', 'describe', 'nowhere');
    expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining('nowhere') });
  });

  it('runs the application of a file, shows its group, plans for it, and moves its positions once it is gone', async () => {
    await on('produce', topic('letters'), 'good', 'bad', '--key', 'k');
    const stop = new AbortController();
    const app = cli(['run', join(folder, `${backend}.yaml`), '--json'], { signal: stop.signal });
    const group = () => on('groups', 'describe', 'billing', '-t', topic('letters'), '--json');
    await until('all is handled', async () => {
      const found = await group();
      // Nobody knows the group before its first member is there.
      return (
        found.code === 0 && found.json<{ lag: number }>().lag === 0 && (await committed()) === 2
      );
    });
    async function committed() {
      const { positions } = (await group()).json<{ positions: { committed?: number }[] }>();
      return positions.reduce((sum, one) => sum + (one.committed ?? 0), 0);
    }
    const shown = (await group()).json<{ members: { partitions: unknown[] }[] }>();
    expect(shown.members.map(({ partitions }) => partitions.length)).toEqual([4]);
    const table = (await on('groups', 'describe', 'billing', '-t', topic('letters'))).out;
    expect(table).toMatch(/billing: Stable.*, 1 member, lag 0/);

    const whole = (await on('groups', 'describe', 'billing', '--json')).json<object>();
    expect(whole).toMatchObject({ assignor: 'cooperative-sticky', positions: { length: 4 } });
    expect((await on('groups', 'list', '--json')).json()).toEqual(['billing']);

    const planned = await on('plan', 'billing', '--join', '1', '--json');
    expect(planned.json()).toMatchObject({ moved: 2, minimum: 2 });
    const reset = ['offsets', 'reset', 'billing', '-t', topic('letters'), '--to', 'earliest'];
    expect(await on(...reset, '--execute')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Stop them first'),
    });

    stop.abort();
    expect(documents(await app)).toEqual([
      { state: 'running', backend, consumers: ['billing'] },
      { state: 'stopped' },
    ]);
    expect((await on(...reset)).out).toContain('Nothing was changed: say --execute to do it.');
    expect(await committed()).toBe(2);
    expect((await on(...reset, '--execute')).out).toContain('Moved 2 positions.');
    expect(await committed()).toBe(0);
    const waiting = (await group()).json<{ lagSeconds: number; positions: { lag: number }[] }>();
    expect(waiting.lagSeconds).toBeGreaterThan(0);
    const ages = waiting.positions.filter(({ lag }) => lag > 0);
    expect(ages).toEqual(
      ages.map(() => expect.objectContaining({ lagSeconds: waiting.lagSeconds })),
    );
    const back = ['offsets', 'reset', 'billing', '-t', topic('letters'), '--execute'];
    await on(...back, '--to', '99');
    const after = (await on('offsets', 'show', 'billing', '-t', topic('letters'), '--json')).json<{
      positions: { committed: number; end: number }[];
    }>();
    expect(after.positions.every((one) => one.committed === one.end)).toBe(true);
  }, 30_000);

  it('lists, shows and replays dead letters', async () => {
    const dead = topic('letters.dead');
    const listed = (await on('dlq', 'list', dead, '--json')).json<
      { partition: number; offset: number; value: string; failure: object }[]
    >();
    expect(listed).toEqual([
      expect.objectContaining({
        value: 'bad',
        headers: {},
        failure: expect.objectContaining({
          topic: topic('letters'),
          consumer: 'billing',
          error: 'Error',
          message: 'no money',
        }),
      }),
    ]);
    expect((await on('dlq', 'list', dead)).out).toMatch(/letters-\w+-\d@1 .* no money/);
    const { partition = 0, offset = 0 } = listed[0] ?? {};
    const shown = await on('dlq', 'show', dead, String(partition), String(offset));
    expect(JSON.parse(shown.out)).toMatchObject({ value: 'bad', failure: { attempts: 1 } });

    const none = await on('dlq', 'replay', dead, '--error', 'DECODE_FAILED');
    expect(none.out).toContain('No dead letters');
    const dry = await on('dlq', 'replay', dead, '--json');
    expect(dry.json()).toMatchObject({ executed: false, replayed: { [topic('letters')]: 1 } });
    const done = await on('dlq', 'replay', dead, '--to', topic('copies'), '--execute', '--json');
    expect(done.json()).toMatchObject({ executed: true, next: { [partition]: offset + 1 } });
    const copies = await on('tail', topic('copies'), '--from', 'earliest', '--no-follow', '--json');
    expect(documents(copies).at(-1)).toMatchObject({ key: 'k', value: 'bad', headers: {} });
  });

  it('says that there is no such group, letter or partition', async () => {
    const unknown = [
      ['groups', 'describe', 'biling'],
      ['offsets', 'show', 'biling'],
      ['tail', topic('plain'), '-p', '9'],
      ['dlq', 'show', topic('plain'), '0', '99'],
      ['dlq', 'replay', topic('plain'), '-p', '0', '--offset', '0', '--execute'],
      ['offsets', 'reset', 'biling', '-t', topic('plain'), '-p', '9', '--to', 'latest'],
    ];
    for (const line of unknown) {
      const { code, out, errors } = await on(...line, '--json');
      expect({ line, code, out }).toEqual({ line, code: 1, out: '' });
      const { error } = JSON.parse(errors);
      expect(error.code).toMatch(/^(UNKNOWN_GROUP|UNKNOWN_PARTITION|OFFSET_OUT_OF_RANGE)$/);
    }
  });

  it('checks a file against the broker', async () => {
    const all = await partita('check', join(folder, `${backend}.yaml`), '--json');
    expect(all.json()).toMatchObject({ ok: true });
    const missing = join(folder, `missing-${backend}.yaml`);
    await writeFile(
      missing,
      configFile(backend).replace(`topics: [orders-${backend}`, 'topics: [nowhere'),
    );
    const failed = await partita('check', missing);
    expect(failed).toMatchObject({ code: 1, errors: expect.stringContaining('checks failed') });
    expect(failed.out).toMatch(/FAILED\s+topic nowhere/);
  });
});

it('creates and deletes topics where the broker can', async () => {
  const kafka = ['--brokers', emulator.kafkaBootstrap ?? ''];
  const created = await partita(
    'topics',
    'create',
    'made',
    '-p',
    '2',
    '--setting',
    'retention.ms=1000',
    ...kafka,
  );
  expect(created.out).toContain('Created made with 2 partitions.');
  await partita('topics', 'add-partitions', 'made', '3', ...kafka);
  expect((await partita('topics', 'describe', 'made', '--json', ...kafka)).json()).toMatchObject({
    partitions: { length: 3 },
  });
  expect(await partita('topics', 'delete', 'made', ...kafka)).toMatchObject({ code: 2 });
  expect((await partita('topics', 'delete', 'made', '--yes', ...kafka)).out).toContain(
    'Deleted made.',
  );
  const eventHubs = ['--connection-string', emulator.connectionString];
  expect(await partita('topics', 'create', 'made', '-p', '2', ...eventHubs)).toMatchObject({
    code: 1,
    errors: expect.stringContaining('Use the Azure portal'),
  });
});

function partita(...args: string[]): Promise<CliResult> {
  return cli(args, { folder } satisfies CliInput);
}

function documents({ out }: CliResult): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function contents(result: CliResult): readonly unknown[] {
  return documents(result)
    .map(({ key, value, headers }) => ({ key, value, headers }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
