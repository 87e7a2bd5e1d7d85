import { errorText } from '../model/error-text.ts';
import { PartitaError } from '../model/errors.ts';
import type { ConsumerRecord, Header, ProducerRecord } from '../model/record.ts';

/** Most characters of an error's message that go into a header. */
const messageLimit = 1_000;

/**
 * The record as it is written to a dead-letter topic: key, value and headers as they were, and in `partita-…` headers
 * where it came from and why it is there. A record that is dead-lettered again keeps only the newest of these.
 */
export function deadLetterRecord(
  record: ConsumerRecord,
  error: unknown,
  attempts: number,
  consumer: string,
): ProducerRecord {
  const facts: Record<string, string> = {
    'partita-topic': record.topic,
    'partita-partition': String(record.partition),
    'partita-offset': String(record.offset),
    'partita-timestamp': String(record.timestampMs),
    'partita-consumer': consumer,
    'partita-attempts': String(attempts),
    'partita-error': errorName(error),
    'partita-message': errorMessage(error),
  };
  const headers: Header[] = record.headers.filter(({ name }) => !(name in facts));
  for (const [name, value] of Object.entries(facts))
    headers.push({ name, value: Buffer.from(value) });
  return { key: record.key, value: record.value, headers };
}

function errorName(error: unknown): string {
  if (PartitaError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

function errorMessage(error: unknown): string {
  const message = errorText(error);
  return message.length > messageLimit ? `${message.slice(0, messageLimit)}…` : message;
}
