import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../../src/backends/eventhubs/index.ts';
import { type Emulator, startEmulator } from '../../../src/emulator/index.ts';
import { type Logger, partita, stopPartition } from '../../../src/index.ts';
import { kafkaPowers } from '../../support/kafka-powers.ts';
import { until } from '../../support/until.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['unused'], kafkaPort: 0 });
});
afterAll(() => emulator?.close());

let nextHub = 0;

/** A running application on a hub of its own, what it handled and what it logged. */
async function start(partitions: number) {
  const hub = `health-${nextHub++}`;
  emulator.addHub({ name: hub, partitions, consumerGroups: 'any' });
  const lines: string[] = [];
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = {
    debug: () => {},
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
  const { connectionString } = emulator;
  const checkpoints = memoryCheckpointStore({ now: Date.now });
  // The client library's own tries hide what is short.
  const retryOptions = { maxRetries: 0 };
  const app = partita({
    backend: eventHubs({ connectionString, checkpoints, retryOptions }),
    logger,
  });
  const values: string[] = [];
  /** Each failure that the application told of; the log has one line for all of an outage. */
  const failures: string[] = [];
  app.on((event) => {
    if (event.kind === 'error') failures.push(event.error.message);
  });
  app.consume(hub, {
    ...{ group: 'g', sessionTimeoutMs: 2_000, heartbeatIntervalMs: 200 },
    onError: stopPartition(),
    handle: (_, { record }) => values.push(String(record.value)),
  });
  await app.start();
  const producer = app.producer();
  const send = (value: string) =>
    producer.send(
      hub,
      Array.from({ length: partitions }, (_, partition) => ({ value, partition })),
    );
  const handled = (value: string) =>
    until(
      `${value} is handled`,
      () => values.filter((each) => each === value).length >= partitions,
    );
  await send('first');
  await handled('first');
  const red = (words: RegExp) =>
    until(`health says ${words}`, () => app.health().problems.some((each) => words.test(each)));
  const green = () => until('health is green', () => app.health().ok);
  const logged = (words: RegExp) => lines.filter((each) => words.test(each));
  const failed = (words: RegExp) => failures.filter((each) => words.test(each)).length;
  return { app, hub, values, send, handled, red, green, logged, failed };
}

describe('trouble that passes turns health red while it lasts, is logged, and loses and repeats nothing:', () => {
  it('a cut connection', async () => {
    const { app, hub, values, send, handled, red, green, logged } = await start(2);
    emulator.faults.dropConnections({ hub });
    await red(/connection was cut/);
    await send('second');
    await handled('second');
    await green();
    await app.stop();
    // Once, although both partitions and their commits met it.
    expect(logged(/^warn .*connection was cut/)).toHaveLength(1);
    expect(logged(/works again/)).toHaveLength(1);
    expect(values).toHaveLength(4);
  });

  it.each([
    ['com.microsoft:server-busy', /ServerBusyError/],
    ['amqp:internal-error', /InternalServerError/],
    ['amqp:link:detach-forced', /DetachForcedError/],
  ])('a link that is detached with %s', async (condition, words) => {
    const { app, hub, values, send, handled, red, green, logged } = await start(2);
    emulator.faults.detachLinks({ hub, role: 'consumer', condition });
    await red(words);
    await send('second');
    await handled('second');
    await green();
    await app.stop();
    expect(logged(words)).not.toEqual([]);
    expect(values).toHaveLength(4);
  });

  it('throttling', async () => {
    const { app, hub, values, send, handled, red, green } = await start(2);
    emulator.faults.throttle({ hub, forMs: 60_000 });
    emulator.faults.dropConnections({ hub });
    await red(/being throttled/);
    const sent = send('second');
    emulator.faults.clear();
    await sent;
    await handled('second');
    await green();
    await app.stop();
    expect(values).toHaveLength(4);
  });

  it('a disabled hub, of which no part looks well meanwhile', async () => {
    const { app, hub, values, send, handled, red, green, failed } = await start(2);
    emulator.faults.refuseHub(hub);
    await red(/disabled/);
    let wasGreen = 0;
    const enough = failed(/disabled/) + 6;
    await until('it was tried a few times', () => {
      if (app.health().ok) wasGreen++;
      return failed(/disabled/) >= enough;
    });
    expect(wasGreen).toBe(0);
    emulator.faults.allowHub(hub);
    await send('second');
    await handled('second');
    await green();
    await app.stop();
    expect(values).toHaveLength(4);
  });

  it('a thief that keeps a partition: red until it lets go', async () => {
    const { app, hub, values, send, handled, red, green, logged } = await start(2);
    const thief = { hub, partition: '0', group: 'g', ownerLevel: 1_000, hold: true };
    emulator.faults.steal(thief);
    await red(/Another receiver has taken .*-0/);
    await until('it was claimed again, in vain', () => logged(/^warn .*lost .*-0/).length >= 2);
    await until('it is given up for now', () => logged(/^warn .*lost .*-0/).length >= 3);
    await red(/Another receiver has taken .*-0/);
    emulator.faults.clear();
    await send('second');
    await handled('second');
    await green();
    await app.stop();
    expect(values.filter((each) => each === 'second')).toHaveLength(2);
  });
});

describe('trouble that stays ends the application with an error that says what it is:', () => {
  it('a hub that is deleted', async () => {
    const { app, hub, logged } = await start(1);
    const ended = app.run().then(
      () => 'it ended well',
      (error: unknown) => error,
    );
    await kafkaPowers([emulator.kafkaBootstrap ?? '']).deleteTopic(hub);
    emulator.faults.dropConnections({ hub });
    const error = await ended;
    expect(error).toMatchObject({ code: 'UNKNOWN_TOPIC', message: expect.stringContaining(hub) });
    expect(app.health().ok).toBe(false);
    expect(logged(/^error .*Create the event hub/)).toHaveLength(1);
  });
});
