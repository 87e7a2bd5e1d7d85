import { kafka } from '../../src/backends/kafka/index.ts';
import { silentLogger } from '../../src/core/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { readTask } from '../support/task.ts';
import { work } from './work.ts';

const backend = kafka({ brokers: readTask().bootstrap }).open({
  clock: realClock,
  random: Math.random,
  log: silentLogger,
  clientId: 'bench',
});
const producer = backend.openProducer({
  acks: 'leader',
  idempotent: false,
  compression: 'none',
  lingerMs: 0,
  batchBytes: Number(process.env.BATCH_BYTES ?? 65_536),
  deliveryTimeoutMs: 120_000,
});
await work((topic, records) => producer.send(topic, records));
await backend.close();
