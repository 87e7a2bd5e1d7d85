/**
 * What a group survives: leaders, coordinators and brokers of the embedded Kafka move and fail while records are written and read.
 * Run: node bench/embedded-trouble.ts [--seed 1] [--seconds 20]
 *
 * Three brokers, one producer, two members of a cooperative group, and something happens every 20 to 320 ms: moves, stops and
 * starts, cut connections, lost requests and answers, errors, delays, throttling, damaged records, frozen brokers. The seed says
 * what and in which order, the machine how far the clients are by then. Ends with 1 when a record was lost, repeated or overtaken.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { kafka } from '../src/backends/kafka/index.ts';
import { silentLogger } from '../src/core/index.ts';
import { type KafkaBroker, kafkaBroker } from '../src/emulator/kafka/index.ts';
import { type App, partita, stopPartition } from '../src/index.ts';
import { seededRandom } from '../src/testing/index.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
  },
});
const random = seededRandom(Number(values.seed));
const below = (count: number): number => Math.floor(random() * count);
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const TOPIC = 't';
const GROUP = 'g';
const PARTITIONS = 6;
const KEYS = 20;
const CATCH_UP_MS = 20_000;

const brokers = [1, 2, 3];
const stopped = new Set<number>();
const happened = new Map<string, number>();

/** What was read, by key and number. */
class Readings {
  readonly times = new Map<string, number>();
  readonly #newest = new Map<string, number>();
  overtaken = 0;

  see(value: string): void {
    const [key = '', number = ''] = value.split(':');
    const newest = this.#newest.get(key) ?? -1;
    if (Number(number) < newest) this.overtaken++;
    this.#newest.set(key, Math.max(newest, Number(number)));
    this.times.set(value, (this.times.get(value) ?? 0) + 1);
  }

  get repeated(): number {
    return [...this.times.values()].filter((times) => times > 1).length;
  }
}

type Trouble = (broker: KafkaBroker) => void | Promise<void>;

const troubles: Readonly<Record<string, Trouble>> = {
  'leader moved': (broker) => broker.moveLeader(TOPIC, below(PARTITIONS)),
  'coordinator moved': (broker) => broker.moveCoordinator(GROUP),
  async 'broker stopped'(broker) {
    const running = brokers.filter((id) => !stopped.has(id));
    if (running.length < 2) return;
    const id = oneOf(running);
    stopped.add(id);
    await broker.stopBroker(id);
  },
  'broker started': startOne,
  'connections cut': (broker) => void broker.faults.dropConnections(),
  'request lost': ({ faults }) => faults.drop({ api: oneOf(apis) }),
  'answer lost': ({ faults }) => faults.drop({ api: oneOf(apis), carriedOut: true }),
  'error answered': ({ faults }) => faults.answer({ api: oneOf(apis), error: oneOf(errors) }),
  'answer delayed': ({ faults }) => faults.delay({ api: oneOf(apis), delayMs: 1 + below(500) }),
  throttled: ({ faults }) => faults.throttle({ throttleMs: 1 + below(200) }),
  'records damaged': ({ faults }) => faults.records({ damage: oneOf(damages), times: 2 }),
  'broker frozen'({ faults }) {
    const id = oneOf(brokers);
    faults.freeze(id);
    setTimeout(() => faults.thaw(id), below(400));
  },
};
const apis = [
  'Produce',
  'Fetch',
  'OffsetCommit',
  'Heartbeat',
  'JoinGroup',
  'SyncGroup',
  'Metadata',
];
const damages = ['cut', 'corrupt', 'none', 'empty-batch'] as const;
const errors = [
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_COORDINATOR',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
] as const;

async function startOne(broker: KafkaBroker): Promise<void> {
  const [id] = stopped;
  if (id === undefined) return;
  stopped.delete(id);
  await broker.startBroker(id);
}

function member(broker: KafkaBroker, clientId: string, readings: Readings): App {
  const backend = kafka({ brokers: broker.bootstrapServers, clientId });
  const app = partita({ backend, logger: silentLogger });
  app.consume(TOPIC, {
    group: GROUP,
    assignor: 'cooperative-sticky',
    start: 'earliest',
    onError: stopPartition(),
    handle: (_, { record }) => readings.see(record.value?.toString() ?? ''),
  });
  return app;
}

/** Values that were acknowledged, until told to stop. */
async function write(app: App, stop: AbortSignal): Promise<readonly string[]> {
  const producer = app.producer();
  const written: string[] = [];
  for (let number = 0; !stop.aborted; number++) {
    const batch = Array.from({ length: KEYS }, (_, key) => `${key}:${number}`);
    await producer.send(
      TOPIC,
      batch.map((value) => ({ key: value.split(':')[0] ?? '', value })),
    );
    written.push(...batch);
  }
  return written;
}

async function makeTrouble(broker: KafkaBroker, untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    const name = oneOf(Object.keys(troubles));
    happened.set(name, (happened.get(name) ?? 0) + 1);
    await troubles[name]?.(broker);
    await delay(20 + below(300));
  }
  while (stopped.size > 0) await startOne(broker);
}

const readings = new Readings();
await using broker = await kafkaBroker({
  brokers: brokers.length,
  topics: [{ name: TOPIC, partitions: PARTITIONS }],
});
await using one = member(broker, 'one', readings);
await using other = member(broker, 'other', readings);
await Promise.all([one.start(), other.start()]);
const stop = new AbortController();
const writing = write(one, stop.signal);
await makeTrouble(broker, performance.now() + Number(values.seconds) * 1000);
stop.abort();
const written = await writing;
const missing = (): number => written.filter((value) => !readings.times.has(value)).length;
const startedMs = performance.now();
while (missing() > 0 && performance.now() - startedMs < CATCH_UP_MS) await delay(20);
const caughtUpMs = Math.round(performance.now() - startedMs);
const partitions = broker.state.topics[0]?.partitions ?? [];
const inLog = partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
const verdict = {
  lost: missing(),
  repeated: readings.repeated,
  overtaken: readings.overtaken,
  'written twice': inLog - written.length,
};
console.table(Object.fromEntries([...happened].sort()));
console.log(
  `seed ${values.seed}: ${written.length} records acknowledged, read to the end after ${caughtUpMs} ms more`,
);
console.table(verdict);
process.exitCode = Object.values(verdict).every((count) => count === 0) ? 0 : 1;
