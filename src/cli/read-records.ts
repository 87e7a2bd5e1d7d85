import {
  type App,
  type ConsumerRecord,
  PartitaError,
  type StartPosition,
  sleep,
  stopPartition,
} from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';
import { unlessStopped } from './broker/open-app.ts';

const pollMs = 50;

export interface Reading {
  readonly topic: string;
  /** @default all */
  readonly partitions?: readonly number[] | undefined;
  readonly from: StartPosition;
  /** Goes on at the end of the log, until it is stopped. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * Hands over records of a topic one by one, in the order of each partition, until the end that the log had at the beginning; or
 * until the signal, when it follows; or until `take` says false. Without a group: nothing is stored, nobody is disturbed.
 */
export async function readRecords(
  app: App,
  { topic, partitions, from, follow, signal }: Reading,
  take: (record: ConsumerRecord) => boolean | Promise<boolean>,
): Promise<void> {
  const admin = app.admin();
  const all = await admin.offsets(topic, 'latest');
  const chosen = chosenOf(
    topic,
    all.map(({ partition }) => partition),
    partitions,
  );
  const begins = new Map((await admin.offsets(topic, from)).map((at) => [at.partition, at.offset]));
  const ends = all.filter(
    (end) => chosen.includes(end.partition) && (begins.get(end.partition) ?? 0) < end.offset,
  );
  if (!follow && ends.length === 0) return;
  const enough = Promise.withResolvers<void>();
  const ended = () => {
    const places = new Map(
      app.consumers[0]?.status().partitions.map((at) => [at.partition, at.frontier]),
    );
    return ends.every(({ partition, offset }) => (places.get(partition) ?? 0) >= offset);
  };
  let isOver = false;
  app.consume(topic, {
    partitions: chosen,
    start: from,
    onError: stopPartition(),
    concurrency: { order: 'partition', limit: 1 },
    async handle(record) {
      if (isOver) return;
      const end = follow ? undefined : all.find(({ partition }) => partition === record.partition);
      if (end !== undefined && record.offset >= end.offset) return;
      if (!(await take(record))) {
        isOver = true;
        enough.resolve();
      }
    },
  });
  await app.start();
  const untilEnd = async () => {
    while (!isOver && !ended()) await sleep(realClock, pollMs);
  };
  const failed = watchFailures(app);
  try {
    await unlessStopped(
      signal,
      Promise.race([enough.promise, failed, ...(follow ? [] : [untilEnd()])]),
    );
  } finally {
    // However it ends: nobody looks for the end of the log any more, and the process may end, too.
    isOver = true;
  }
}

/** Rejects when a partition stands still: what `take` threw, or what cannot be read. */
function watchFailures(app: App): Promise<never> {
  return new Promise((_, reject) => {
    app.on((event) => {
      if (event.kind === 'partitionStopped') reject(event.error);
    });
  });
}

function chosenOf(
  topic: string,
  all: readonly number[],
  wanted: readonly number[] | undefined,
): readonly number[] {
  const missing = wanted?.filter((partition) => !all.includes(partition)) ?? [];
  if (missing.length > 0)
    throw new PartitaError(
      'UNKNOWN_PARTITION',
      `Topic ${topic} has no partition ${missing.join(', ')}; it has ${all.length} of them, from 0.`,
      { topic },
    );
  return wanted ?? all;
}
