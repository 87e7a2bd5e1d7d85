import { type App, formatPartition, stopPartition } from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';
import type { GroupPosition } from './group-positions.ts';

/** What is not known by then stays unknown: where a partition cannot be read, the rest is worth telling. */
const patienceMs = 5_000;

/**
 * When the oldest record that a group has not handled was written, per partition that is behind, in milliseconds since 1970. Read
 * without a group: nothing is stored, nobody is disturbed.
 */
export async function waitingSince(
  app: App,
  positions: readonly GroupPosition[],
): Promise<ReadonlyMap<string, number>> {
  const behind = positions.filter(({ lag = 0 }) => lag > 0);
  const found = new Map<string, number>();
  if (behind.length === 0) return found;
  const over = Promise.withResolvers<void>();
  let unreadable = 0;
  const look = () => {
    if (found.size + unreadable >= behind.length) over.resolve();
  };
  app.on(({ kind }) => {
    if (kind !== 'partitionStopped') return;
    unreadable++;
    look();
  });
  for (const topic of new Set(behind.map((one) => one.topic))) {
    const parts = behind.filter((one) => one.topic === topic);
    const ends = new Map(parts.map(({ partition, end }) => [partition, end]));
    app.consume(topic, {
      name: topic,
      partitions: [...ends.keys()],
      // Nothing comes from there before `seek` has told where to begin: that is another place in each partition.
      start: 'latest',
      outOfRange: 'earliest',
      onError: stopPartition(),
      concurrency: { order: 'partition', limit: parts.length },
      fetch: { maxWaitMs: 20 },
      async handle(record) {
        const key = formatPartition(record);
        if (found.has(key) || record.offset >= (ends.get(record.partition) ?? 0)) return;
        found.set(key, record.timestampMs);
        look();
        // One is enough.
        await over.promise;
      },
    });
  }
  await app.start();
  const cancel = realClock.schedule(patienceMs, over.resolve);
  try {
    await Promise.all(behind.map((position) => seek(app, position)));
    await over.promise;
  } finally {
    cancel();
    over.resolve();
  }
  return found;
}

async function seek(
  { consumers }: App,
  { topic, partition, begin, committed = begin }: GroupPosition,
): Promise<void> {
  const consumer = consumers.find(({ name }) => name === topic);
  await consumer?.seek({ topic, partition }, { offset: Math.max(begin, committed) });
}
