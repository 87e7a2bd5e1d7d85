import { createAppFromConfig, readConfig } from 'partita/config';
import { kafkaBroker, startEmulator } from 'partita/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const file = `
backend: memory

memory:
  topics: { orders: 2, orders.dead: 1 }
kafka:
  brokers: ['\${KAFKA}']
eventhubs:
  connectionString: '\${EVENT_HUBS}'
  checkpoints: { kind: file, folder: ./checkpoints }

logger: { kind: silent }
consumers:
  - topics: orders
    group: billing
    value: json
    handler: ./orders.ts#handle
    heartbeatInterval: 500ms
    commit: { every: 50ms }
    onError:
      - { policy: retry, attempts: 2, firstDelay: 1ms, when: { name: Busy } }
      - { policy: deadLetter, topic: orders.dead }
`;

const handler = `
export const seen = [];
export async function handle(order, { record, attempt }) {
  if (order.id === 2 && attempt === 1) throw Object.assign(new Error('busy'), { name: 'Busy' });
  if (order.id === 3) throw new Error('no such customer');
  seen.push({ id: order.id, key: record.key?.toString(), attempt });
}
`;

interface Seen {
  readonly id: number;
  readonly key: string;
  readonly attempt: number;
}

let broker: Readonly<Record<string, string>>;
const closing = new AsyncDisposableStack();

beforeAll(async () => {
  const topics = [
    { name: 'orders', partitions: 2 },
    { name: 'orders.dead', partitions: 1 },
  ];
  const kafka = closing.use(await kafkaBroker({ topics }));
  const hubs = ['orders:2:billing', 'orders.dead:1:audit'];
  const emulator = closing.use(await startEmulator({ hubs }));
  broker = { KAFKA: kafka.bootstrap, EVENT_HUBS: emulator.connectionString };
});
afterAll(() => closing.disposeAsync());

/** What the handler saw, and how much of what was sent is stored as handled once the application has ended. */
async function run(backend: string, folder: TemporaryFolder) {
  const env = { ...broker, PARTITA_BACKEND: backend };
  const read = () => readConfig(folder.path('app.yaml'), { env });
  const { seen } = (await import(folder.path('orders.ts'))) as { seen: Seen[] };
  const app = await createAppFromConfig(await read());
  await app.start();
  const records = [1, 2, 3, 4].map((id) => ({ key: `k${id % 2}`, value: JSON.stringify({ id }) }));
  await app.producer().send('orders', records);
  const isDone = () => seen.length === 3 && app.consumers[0]?.status().counts.deadLettered === 1;
  await until('all are handled', isDone, { timeoutMs: 20_000, everyMs: 10 });
  await app.stop();
  if (backend === 'memory') return { seen, stored: 4 };
  await using again = await createAppFromConfig(await read());
  const committed = await again.admin().committed('billing', ['orders']);
  return { seen, stored: committed.reduce((sum, { offset }) => sum + offset, 0) };
}

describe('One configuration', () => {
  it.for(['memory', 'kafka', 'eventhubs'])(
    'handles, retries, dead-letters and stores positions on %s by one changed key',
    { timeout: 30_000 },
    async (backend) => {
      using folder = temporaryFolder({ 'app.yaml': file, 'orders.ts': handler });
      const { seen, stored } = await run(backend, folder);
      expect(seen.toSorted((a, b) => a.id - b.id)).toEqual([
        { id: 1, key: 'k1', attempt: 1 },
        { id: 2, key: 'k0', attempt: 2 },
        { id: 4, key: 'k0', attempt: 1 },
      ]);
      expect(stored).toBe(4);
    },
  );
});
