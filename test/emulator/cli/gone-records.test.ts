import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventHubs } from '../../../src/backends/eventhubs/index.ts';
import { readRecords } from '../../../src/cli/read-records.ts';
import { type Emulator, startEmulator } from '../../../src/emulator/index.ts';
import { partita, silentLogger } from '../../../src/index.ts';
import { cli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

let emulator: Emulator;
let begin: number;
const end = 300;

beforeAll(async () => {
  emulator = await startEmulator({ kafkaPort: 0, hubs: ['short:1'], maxPartitionBytes: 4_000 });
  const values = Array.from({ length: end }, (_, i) => `value ${i} ${'x'.repeat(50)}`);
  for (let at = 0; at < end; at += 50)
    await cli(['produce', 'short', ...values.slice(at, at + 50), ...flags('kafka')]);
  const { out } = await cli(['topics', 'describe', 'short', '--json', ...flags('kafka')]);
  begin = JSON.parse(out).partitions[0].begin;
  expect(begin).toBeGreaterThan(0);
});
afterAll(() => emulator?.close());

function flags(broker: string): readonly string[] {
  return broker === 'kafka'
    ? ['--brokers', emulator.kafka?.bootstrap ?? '']
    : ['--connection-string', emulator.connectionString];
}

it('a partition that somebody else keeps is given up, unless it is followed', async () => {
  await using other = await startEmulator({ hubs: ['kept:1'] });
  await using app = partita({
    backend: eventHubs({ connectionString: other.connectionString }),
    logger: silentLogger,
  });
  await app.producer().send('kept', [{ value: 'x' }]);
  other.faults.steal({ hub: 'kept', partition: '0', group: '$Default', ownerLevel: 5, hold: true });
  const { signal } = new AbortController();
  const reading = {
    topic: 'kept',
    from: 'earliest',
    follow: false,
    signal,
    patienceMs: 200,
  } as const;
  await expect(readRecords(app, reading, () => true)).rejects.toThrow(/owner level/);
});

describe.each(['kafka', 'eventhubs'])('on %s', (broker) => {
  const on = (...line: string[]) => cli([...line, ...flags(broker)]);

  it('tail begins with the oldest record where an offset is gone', async () => {
    const { code, out } = await on('tail', 'short', '--from', '0', '--no-follow', '-n', '1');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^short-0@${begin} `));
  });

  it('tail prints nothing from an offset beyond the end, and waits for it when it follows', async () => {
    const none = await on('tail', 'short', '--from', '9999', '--no-follow');
    expect(none).toMatchObject({ code: 0, out: '', errors: '' });
    const { out } = await on('topics', 'describe', 'short', '--json');
    const next: number = JSON.parse(out).partitions[0].end;
    let isOver = false;
    const following = on('tail', 'short', '--from', String(next + 1), '-n', '1').finally(() => {
      isOver = true;
    });
    await until('the record is seen', async () => {
      await on('produce', 'short', 'a', 'b');
      return isOver;
    });
    const offset = Number(/^short-0@(\d+) /.exec((await following).out)?.[1]);
    expect(offset).toBeGreaterThan(next);
  });

  it('a letter that is gone is no letter', async () => {
    const { code, errors } = await on('dlq', 'show', 'short', '0', '0');
    expect(code).toBe(1);
    expect(errors).toContain('There is no record at offset 0 of short-0.');
  });
});
