import { setTimeout as wait } from 'node:timers/promises';
import { partita, stopPartition } from 'partita';
import { kafka } from 'partita/kafka';
import { readTask } from '../support/task.ts';

const measureMs = 30_000;
const sampleMs = 100;
const { bootstrap, topic, group } = readTask();

/** Starts on the topic, watches the resident set for a while, and stops. */
async function peakBytes(
  name: string,
  start: 'earliest' | 'latest',
  forMs: number,
): Promise<number> {
  const app = partita({ backend: kafka({ brokers: [...bootstrap] }) }).consume(topic, {
    group: `${group}-${name}`,
    start,
    concurrency: { order: 'key', limit: 100 },
    onError: stopPartition(),
    handle: () => wait(50),
  });
  await app.start();
  let peak = 0;
  for (const end = Date.now() + forMs; Date.now() < end; await wait(sampleMs))
    peak = Math.max(peak, process.memoryUsage.rss());
  await app.stop();
  return peak;
}

const idleBytes = await peakBytes('idle', 'latest', 5_000);
const busyBytes = await peakBytes('busy', 'earliest', measureMs);
process.stdout.write(`${JSON.stringify({ idleBytes, busyBytes })}\n`);
