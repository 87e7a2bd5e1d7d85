import { textOfHeader } from '../model/header-text.ts';
import type { ConsumerRecord, ProducerRecord } from '../model/record.ts';
import { errorFacts, writtenAgain } from './dead-letters.ts';

/** When a parked record is to be handled again, in milliseconds since 1970. */
const dueHeader = 'partita-due';
/** How often it has been parked, by retry topic: `orders.1m=2, orders.1h=1`. */
const parkedHeader = 'partita-parked';

/** A record that failed, and where it goes. */
export interface Parking {
  readonly record: ConsumerRecord;
  readonly error: unknown;
  /** Tries since it was read. */
  readonly attempt: number;
  readonly consumer: string;
  readonly topic: string;
  readonly dueMs: number;
  /** Whether it comes from a retry topic itself. */
  readonly again: boolean;
}

/**
 * The record as it is written to a retry topic: key, value and headers as they were, and in `partita-…` headers where it was read at
 * first, why it failed, how often it was parked and when it is due.
 */
export function parkedRecord(parking: Parking): ProducerRecord {
  const { record, error, attempt, consumer, topic, dueMs, again } = parking;
  const counts = new Map(again ? parkedCounts(record) : []);
  counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return writtenAgain(record, {
    ...errorFacts(record, error, attempt, consumer, again),
    [parkedHeader]: [...counts].map(([name, count]) => `${name}=${count}`).join(', '),
    [dueHeader]: String(dueMs),
  });
}

/** How often a record was parked, by retry topic. */
export function parkedCounts({ headers }: ConsumerRecord): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of (textOfHeader(headers, parkedHeader) ?? '').split(', ')) {
    const [, topic, count] = /^(.+)=(\d+)$/.exec(entry) ?? [];
    if (topic !== undefined) counts.set(topic, Number(count));
  }
  return counts;
}

/** 0, long ago, for a record that says no time. */
export function dueMsOf({ headers }: ConsumerRecord): number {
  const dueMs = Number(textOfHeader(headers, dueHeader) ?? 0);
  return Number.isFinite(dueMs) ? dueMs : 0;
}
