/** A consumer in a process of its own. Its task is the first argument, as JSON; it says `joined`, and ends on SIGTERM. */
import { kafka } from '../../../src/backends/kafka/index.ts';
import { partita, stopPartition } from '../../../src/index.ts';
import { HandledLog } from './handled-log.ts';
import type { MemberTask } from './member-task.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as MemberTask;
using handled = new HandledLog(task.logFile);
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const app = partita({
  backend: kafka({ brokers: [...task.bootstrap] }),
  clientId: task.member,
}).consume(task.topic, {
  group: task.group,
  assignor: 'cooperative-sticky',
  concurrency: { order: 'key', limit: 100 },
  commit: { everyMs: 200 },
  sessionTimeoutMs: task.sessionTimeoutMs ?? 6_000,
  heartbeatIntervalMs: 500,
  onError: stopPartition(),
  async handle({ key, value, partition, offset }) {
    // Handlers of different keys overtake each other: one in eight takes a turn of the event loop longer.
    const number = key?.readUInt32BE(0) ?? 0;
    if (number % 8 === 0) await nextTurn();
    handled.add(partition, offset, number, value?.readUInt32BE(0) ?? 0);
  },
});
const running = app.run();
await Promise.race([app.consumers[0]?.joined, running]);
process.stdout.write('joined\n');
await running;
