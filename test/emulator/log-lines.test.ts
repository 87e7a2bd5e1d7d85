import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobCheckpoints, eventHubs } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import {
  type Emulator,
  type KafkaBroker,
  kafkaBroker,
  type Storage,
  startEmulator,
  startStorage,
} from '../../src/emulator/index.ts';
import { type BackendDefinition, deadLetter, type Logger, partita, text } from '../../src/index.ts';
import { pinoLogger } from '../../src/logging/index.ts';
import { until } from '../support/until.ts';

/** Everything that was logged, from debug on, as pino writes it and as a console shows it. */
class Log {
  readonly lines: string[] = [];
  readonly logger: Logger;
  readonly #shown: string[] = [];

  constructor() {
    const write = (line: string) => void this.lines.push(line);
    const written = pinoLogger(pino({ level: 'debug' }, { write }));
    const also =
      (level: 'debug' | 'info' | 'warn' | 'error'): Logger['info'] =>
      (message, fields) => {
        written[level](message, fields);
        this.show(fields);
      };
    this.logger = {
      debug: also('debug'),
      info: also('info'),
      warn: also('warn'),
      error: also('error'),
    };
  }

  show(value: unknown): void {
    this.#shown.push(inspect(value, { depth: 20, showHidden: true }));
  }

  get all(): string {
    return [...this.lines, ...this.#shown].join('\n');
  }

  messages(about: RegExp): readonly string[] {
    const all = this.lines.map((line) => JSON.parse(line) as { level: number; msg: string });
    return all.filter(({ level, msg }) => level >= 30 && about.test(msg)).map(({ msg }) => msg);
  }
}

const password = 'open-sesame-4711';
const secretKey = 'c2VjcmV0LWtleS1vZi10aGUtbmFtZXNwYWNl';

let broker: KafkaBroker;
let emulator: Emulator;
let storage: Storage;
beforeAll(async () => {
  broker = await kafkaBroker({
    topics: [
      { name: 'orders', partitions: 1 },
      { name: 'dead', partitions: 1 },
    ],
    sasl: { users: { billing: password } },
  });
  emulator = await startEmulator({
    hubs: [
      { name: 'orders', partitions: 1, consumerGroups: 'any' },
      { name: 'dead', partitions: 1 },
    ],
    accessKeys: { RootManageSharedAccessKey: secretKey },
  });
  storage = await startStorage();
});
afterAll(async () => {
  await broker?.close();
  await emulator?.close();
  await storage?.close();
});

/** Starts, handles a record and fails with another one, and stops; or fails to start. */
async function live(backend: BackendDefinition, log: Log): Promise<void> {
  let handled = 0;
  const app = partita({ backend, logger: log.logger, startTimeoutMs: 1_500 }).consume('orders', {
    group: 'billing',
    value: text(),
    heartbeatIntervalMs: 200,
    onError: deadLetter('dead'),
    handle(value) {
      handled++;
      if (value === 'bad') throw new Error('no money');
    },
  });
  try {
    await app.start();
    await app.producer().send('orders', [{ value: 'good' }, { value: 'bad' }]);
    await until(
      'both are handled',
      () => handled >= 2 && app.health().consumers[0]?.counts.deadLettered === 1,
    );
    log.show(app.health());
  } catch (error) {
    log.show(error);
    log.logger.error('did not start', { error });
  } finally {
    await app.stop();
  }
}

const sasl = (mechanism: 'plain' | 'scram-sha-256', given: string) => () =>
  kafka({
    brokers: [broker.bootstrap],
    sasl: { mechanism, username: 'billing', password: given },
  });
const hubs = (connectionString: string, account: string) => () =>
  eventHubs({
    connectionString,
    checkpoints: blobCheckpoints({ connectionString: account, container: 'checkpoints' }),
  });

describe('the log', () => {
  const cases: readonly (readonly [string, () => BackendDefinition, () => readonly string[]])[] = [
    ['Kafka with a password', sasl('plain', password), () => [password]],
    ['Kafka with a wrong password', sasl('plain', 'wrong-but-secret'), () => ['wrong-but-secret']],
    ['Kafka with a wrong SCRAM password', sasl('scram-sha-256', 'wrong-too'), () => ['wrong-too']],
    [
      'Event Hubs',
      () => hubs(emulator.connectionString, storage.connectionString)(),
      () => [secretKey, keyOf(storage.connectionString)],
    ],
    [
      'Event Hubs with a wrong key',
      () =>
        hubs(
          emulator.connectionString.replace(secretKey, 'd3Jvbmcga2V5'),
          storage.connectionString,
        )(),
      () => ['d3Jvbmcga2V5', keyOf(storage.connectionString)],
    ],
    [
      'Event Hubs with a wrong key of its storage',
      () =>
        hubs(
          emulator.connectionString,
          storage.connectionString.replace(keyOf(storage.connectionString), 'd3Jvbmcgc3RvcmFnZQ=='),
        )(),
      () => [secretKey, 'd3Jvbmcgc3RvcmFnZQ=='],
    ],
  ];
  it.each(cases)(
    'of an application on %s has no secret in it, from debug on',
    async (_, backend, secrets) => {
      const log = new Log();
      await live(backend(), log);
      expect(log.lines.length).toBeGreaterThan(0);
      for (const secret of secrets()) {
        expect(log.all).not.toContain(secret);
        expect(log.all).not.toContain(Buffer.from(secret).toString('base64'));
      }
    },
  );

  it('tells each thing once', async () => {
    const log = new Log();
    await live(sasl('plain', password)(), log);
    for (const about of [
      /^record failed/,
      /^record dead-lettered/,
      /^partitions assigned/,
      /^partition stopped/,
    ])
      expect(log.messages(about)).toHaveLength(1);
  });

  it('tells an outage once, however often it is tried, and that it is over', async () => {
    await using own = await kafkaBroker({ topics: [{ name: 'orders', partitions: 1 }] });
    const log = new Log();
    const backend = kafka({ brokers: [own.bootstrap] });
    await using app = partita({ backend, logger: log.logger }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      commit: 'manual',
      heartbeatIntervalMs: 100,
      handle: () => {},
    });
    await app.start();
    await own.stopBroker(1);
    await until('the outage is told', () => log.messages(/No broker answers|failed/).length > 0);
    await until(
      'it is tried often',
      () => log.lines.filter((line) => line.includes('did not answer')).length > 5,
    );
    await own.startBroker(1);
    await until('it is over', () => log.messages(/works again/).length > 0);
    expect(log.messages(/No broker answers|Connection to .* failed/)).toHaveLength(1);
    expect(log.messages(/works again/)).toHaveLength(1);
    expect(app.health().problems).toEqual([]);
  });
});

function keyOf(connectionString: string): string {
  return /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '';
}
