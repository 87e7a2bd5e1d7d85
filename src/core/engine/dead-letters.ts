import { errorText } from '../model/error-text.ts';
import { PartitaError } from '../model/errors.ts';
import { textOfHeader } from '../model/header-text.ts';
import type { ConsumerRecord, Header, ProducerRecord } from '../model/record.ts';

/** Most characters of an error's message that go into a header. */
const messageLimit = 1_000;

/** What of a record that was written again tells of an earlier write, and is not repeated. */
const ofParking: readonly string[] = ['partita-due', 'partita-parked'];

/**
 * The record as it is written to a dead-letter topic: key, value and headers as they were, and in `partita-…` headers
 * where it came from and why it is there. A record that is dead-lettered again keeps only the newest of these; one from a retry
 * topic keeps where it was read at first.
 */
export function deadLetterRecord(
  record: ConsumerRecord,
  error: unknown,
  attempts: number,
  consumer: string,
  wasParked = false,
): ProducerRecord {
  return writtenAgain(record, errorFacts(record, error, attempts, consumer, wasParked));
}

/** Where a record came from and why it failed, as headers. */
export function errorFacts(
  record: ConsumerRecord,
  error: unknown,
  attempts: number,
  consumer: string,
  wasParked: boolean,
): Record<string, string> {
  const before = wasParked ? factsBefore(record) : undefined;
  return {
    'partita-topic': record.topic,
    'partita-partition': String(record.partition),
    'partita-offset': String(record.offset),
    'partita-timestamp': String(record.timestampMs),
    ...before?.origin,
    'partita-consumer': consumer,
    'partita-attempts': String(attempts + (before?.attempts ?? 0)),
    'partita-error': errorName(error),
    'partita-message': errorMessage(error),
  };
}

/** The record for another topic: as it is, with these headers. */
export function writtenAgain(
  { key, value, headers: given }: ConsumerRecord,
  facts: Readonly<Record<string, string>>,
): ProducerRecord {
  const headers: Header[] = given.filter(
    ({ name }) => !(name in facts || ofParking.includes(name)),
  );
  for (const [name, fact] of Object.entries(facts))
    headers.push({ name, value: Buffer.from(fact) });
  return { key, value, headers };
}

/** What a parked record brings along. */
function factsBefore({ headers }: ConsumerRecord): {
  readonly origin: Readonly<Record<string, string>>;
  readonly attempts: number;
} {
  const text = (name: string) => textOfHeader(headers, name);
  const attempts = Number(text('partita-attempts') ?? 0);
  const names = ['partita-topic', 'partita-partition', 'partita-offset', 'partita-timestamp'];
  const origin = names.flatMap((name) => {
    const value = text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    origin: Object.fromEntries(origin),
    attempts: Number.isSafeInteger(attempts) ? attempts : 0,
  };
}

function errorName(error: unknown): string {
  if (PartitaError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function errorMessage(error: unknown): string {
  const message = errorText(error);
  return message.length > messageLimit ? `${message.slice(0, messageLimit)}…` : message;
}
