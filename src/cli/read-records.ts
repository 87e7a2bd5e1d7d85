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
import { Standstill } from './standstill.ts';

const pollMs = 50;

export interface Reading {
  readonly topic: string;
  /** @default all */
  readonly partitions?: readonly number[] | undefined;
  readonly from: StartPosition;
  /** Goes on at the end of the log, until it is stopped. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** How long it tries to read on after an error, in milliseconds; who follows waits on. @default 15_000 */
  readonly patienceMs?: number;
}

/**
 * Hands over records of a topic one by one, in the order of each partition, until the end that the log had at the beginning; or
 * until the signal, when it follows; or until `take` says false. Without a group: nothing is stored, nobody is disturbed.
 */
export async function readRecords(
  app: App,
  reading: Reading,
  take: (record: ConsumerRecord) => boolean | Promise<boolean>,
): Promise<void> {
  const { topic, from, follow, signal, patienceMs = 15_000 } = reading;
  const parts = await partsOf(app, reading);
  const waiting = parts.filter(({ begin, end }) => begin < end);
  if (!follow && waiting.length === 0) return;
  const enough = Promise.withResolvers<void>();
  let isOver = false;
  const places = new Map(parts.map((part) => [part.partition, part]));
  const handle = async (record: ConsumerRecord) => {
    const { begin = 0, end = 0 } = places.get(record.partition) ?? {};
    if (isOver || record.offset < begin || (!follow && record.offset >= end)) return;
    if (await take(record)) return;
    isOver = true;
    enough.resolve();
  };
  const read = (name: string, some: readonly Part[], start: StartPosition) => {
    const partitions = some.map(({ partition }) => partition);
    // What is gone from the log cannot be read: the oldest that is there comes first.
    const settings = { name, partitions, start, outOfRange: 'earliest' } as const;
    if (some.length > 0) app.consume(topic, { ...settings, ...inOrder, handle });
  };
  // An offset that is still to come is no place to begin at.
  read(topic, follow ? parts.filter(isThere) : waiting, from);
  read(`${topic}, from its end`, follow ? parts.filter((part) => !isThere(part)) : [], 'latest');
  const standstill = new Standstill(app, patienceMs / pollMs);
  const untilEnd = async () => {
    await app.start();
    if (follow) await enough.promise;
    while (!isOver && !hasEnded(app, waiting)) {
      standstill.look();
      await sleep(realClock, pollMs);
    }
  };
  try {
    await unlessStopped(signal, Promise.race([untilEnd(), enough.promise, watchFailures(app)]));
  } finally {
    // However it ends: nobody looks for the end of the log any more, and the process may end, too.
    isOver = true;
  }
}

/** A partition, where reading begins in it, and where its log ended by then. */
interface Part {
  readonly partition: number;
  readonly begin: number;
  readonly end: number;
}

const inOrder = {
  onError: stopPartition(),
  concurrency: { order: 'partition', limit: 1 },
} as const;

const isThere = ({ begin, end }: Part): boolean => begin <= end;

async function partsOf(app: App, { topic, partitions, from }: Reading): Promise<readonly Part[]> {
  const admin = app.admin();
  const all = await admin.offsets(topic, 'latest');
  const chosen = chosenOf(
    topic,
    all.map(({ partition }) => partition),
    partitions,
  );
  const begins = new Map((await admin.offsets(topic, from)).map((at) => [at.partition, at.offset]));
  return all
    .filter(({ partition }) => chosen.includes(partition))
    .map(({ partition, offset: end }) => {
      const begin =
        typeof from === 'object' && 'offset' in from ? from.offset : begins.get(partition);
      return { partition, begin: begin ?? 0, end };
    });
}

function hasEnded({ consumers }: App, parts: readonly Part[]): boolean {
  const status = consumers.flatMap((consumer) => consumer.status().partitions);
  const places = new Map(status.map((at) => [at.partition, at.frontier]));
  return parts.every(({ partition, end }) => (places.get(partition) ?? 0) >= end);
}

/** Rejects when a partition stands still: what `take` threw, or what cannot be read. */
function watchFailures(app: App): Promise<never> {
  return new Promise((_, reject) => {
    app.on((event) => {
      const isFinal = event.kind === 'error' && !event.error.retriable;
      if (event.kind === 'partitionStopped' || isFinal) reject(event.error);
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
