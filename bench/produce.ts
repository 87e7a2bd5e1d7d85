/**
 * How fast records are written, beside the bare clients. Run: node bench/produce.ts [--runs 5] [--records 1000000]
 *
 * 100 B values with keys, acks of the leader, 4 partitions, 1,000 records per send and 10 sends at once, from the first send
 * to the last acknowledgement.
 */
import { parseArgs } from 'node:util';
import { kafka } from '../src/backends/kafka/index.ts';
import { silentLogger } from '../src/core/index.ts';
import { realClock } from '../src/system/real-clock.ts';
import { benchBroker } from './support/broker.ts';
import { race } from './support/race.ts';
import { printFigures } from './support/table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    records: { type: 'string', default: '1000000' },
  },
});

await using broker = await benchBroker();
const { bootstrap } = broker;
const topic = `bench-produce-${Date.now().toString(36)}`;
const env = { clock: realClock, random: Math.random, log: silentLogger, clientId: 'bench' };
const backend = kafka({ brokers: bootstrap }).open(env);
const admin = backend.openAdmin();
await admin.createTopic({ topic, partitions: 4 });

const figures = await race(
  [
    { name: 'Partita producer', start: 'bench/produce/partita.ts' },
    { name: 'KafkaJS producer', start: 'bench/produce/kafkajs.ts' },
    { name: '@platformatic/kafka producer', start: 'bench/produce/platformatic.ts' },
  ],
  Number(values.runs),
  { bootstrap, topic, records: Number(values.records) },
);
await admin.deleteTopic(topic);
await backend.close();
const met = printFigures('keyed records of 100 B, acks of the leader', figures, [
  { name: 'Partita producer', than: 'KafkaJS producer', times: 3 },
  { name: 'Partita producer', than: '@platformatic/kafka producer', times: 1.2 },
]);
process.exitCode = met ? 0 : 1;
