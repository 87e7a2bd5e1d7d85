import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { range } from '../../../src/assignors/index.ts';
import { kafka } from '../../../src/backends/kafka/index.ts';
import { type App, createApp, silentLogger, stopPartition } from '../../../src/core/index.ts';
import { type KafkaBroker, kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { seededRandom, VirtualClock } from '../../../src/testing/index.ts';
import { until } from '../../support/until.ts';

/** Generous for a loaded machine; the waits below would take minutes. */
const SOON_MS = 5_000;

interface Member {
  readonly app: App;
  /** Values it was handed, as `partition:value`. */
  readonly seen: string[];
  /** Its connections break, and no new one comes about. */
  die(): void;
}

/** A member on the broker's own virtual time, connected by pipes. */
function member(broker: KafkaBroker, clock: VirtualClock, clientId: string): Member {
  let dead = false;
  const backend = kafka({
    brokers: [broker.bootstrap],
    clientId,
    socketFactory: (request) => {
      const socket = broker.socketFactory(request);
      if (dead) socket.destroy(new Error('this member is dead'));
      return socket;
    },
  });
  const app = createApp(
    { backend, logger: silentLogger },
    {
      clock,
      logger: silentLogger,
      random: seededRandom(1),
      assignorByName: () => range,
      onTerminate: () => () => {},
    },
  );
  const seen: string[] = [];
  app.consume('t', {
    group: 'g',
    assignor: 'range',
    start: 'earliest',
    sessionTimeoutMs: 45_000,
    onError: stopPartition(),
    handle: (_, { record }) => void seen.push(`${record.partition}:${record.value?.toString()}`),
  });
  const die = (): void => {
    dead = true;
    broker.faults.dropConnections(clientId);
  };
  return { app, seen, die };
}

const owners = (broker: KafkaBroker): readonly string[] =>
  broker.state.groups.flatMap(({ state, members }) =>
    state === 'Stable' ? members.map(({ clientId }) => clientId) : [],
  );

describe('time that stands still until it is moved', () => {
  it('expires a dead member of Partita after 45 virtual seconds, and no real one', async () => {
    const startedMs = performance.now();
    const clock = new VirtualClock();
    await using broker = await kafkaBroker({
      clock,
      transport: 'pipe',
      topics: [{ name: 't', partitions: 2 }],
    });
    const [dying, staying] = [member(broker, clock, 'dying'), member(broker, clock, 'staying')];
    for (const { app } of [dying, staying]) void app.start();
    await clock.until(() => owners(broker).length === 2);
    dying.die();
    const diedMs = clock.now();
    const producer = staying.app.producer();
    const written = Promise.all(
      [0, 1].map((partition) => producer.send('t', { partition, value: `v${partition}` })),
    );
    await clock.until(() => staying.seen.length === 2);
    await written;
    expect(clock.now() - diedMs).toBeGreaterThanOrEqual(40_000);
    expect(clock.now() - diedMs).toBeLessThan(60_000);
    expect([...staying.seen].sort()).toEqual(['0:v0', '1:v1']);
    expect(owners(broker)).toEqual(['staying']);
    const stopped = Promise.all([dying, staying].map(({ app }) => app.stop({ force: true })));
    await clock.advance(120_000);
    await stopped;
    expect(performance.now() - startedMs).toBeLessThan(SOON_MS);
  });

  it('lets KafkaJS write and read through pipes, and throws it out when its session is over', async () => {
    const clock = new VirtualClock();
    await using broker = await kafkaBroker({ clock, transport: 'pipe', topics: ['t'] });
    let away = false;
    const client = new Kafka({
      clientId: 'piped',
      brokers: [broker.bootstrap],
      socketFactory: (request) => {
        const socket = broker.socketFactory(request);
        if (away) socket.destroy(new Error('this member is away'));
        return socket;
      },
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, maxRetryTime: 50, retries: 50 },
    });
    const consumer = client.consumer({ groupId: 'g', heartbeatInterval: 50, maxWaitTimeInMs: 100 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: 't', fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(`${message.value}`) });
    const write = async (value: string): Promise<void> => {
      const producer = client.producer();
      await producer.connect();
      await producer.send({ topic: 't', messages: [{ value }] });
      await producer.disconnect();
    };
    await write('one');
    await until('the first record is read', () => seen.length === 1);
    expect(owners(broker)).toEqual(['piped']);
    away = true;
    broker.faults.dropConnections();
    await clock.advance(30_000);
    expect(broker.state.groups).toMatchObject([{ id: 'g', state: 'Empty', members: [] }]);
    away = false;
    let left = false;
    const leaving = consumer.disconnect().then(() => {
      left = true;
    });
    // The consumer waits for its last fetch, and that one for records or for time to pass.
    await until('it is gone', async () => {
      await clock.advance(100);
      return left;
    });
    await leaving;
  });
});
