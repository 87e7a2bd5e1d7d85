import { randomBytes } from 'node:crypto';
import { type Result, readTask, report } from '../support/task.ts';

export interface WorkRecord {
  readonly key: string;
  readonly value: Buffer;
}

const PER_SEND = 1_000;
const SENDS_AT_ONCE = 10;
const WARM_UP_RECORDS = 50_000;

/** Sends the task's records with keys and 100 B values, some sends at once, and says how long it took until the last answer. */
export async function work(
  send: (topic: string, records: WorkRecord[]) => Promise<unknown>,
): Promise<void> {
  const { topic, records } = readTask();
  await sendAll(send, topic, WARM_UP_RECORDS);
  report(await sendAll(send, topic, records));
}

async function sendAll(
  send: (topic: string, records: WorkRecord[]) => Promise<unknown>,
  topic: string,
  records: number,
): Promise<Result> {
  const value = randomBytes(100);
  const startedAt = performance.now();
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < records) {
      const from = sent;
      sent += PER_SEND;
      const chunk = Array.from({ length: PER_SEND }, (_, i) => ({
        key: `key-${(from + i) % 10_000}`,
        value,
      }));
      await send(topic, chunk);
    }
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, lane));
  return { records: sent, ms: performance.now() - startedAt };
}
