import type { ConsumerRecord } from '../../core/index.ts';
import { headersOf } from '../records.ts';

/** A record in a dead-letter topic, with what its headers say about how it came there. */
export interface DeadLetter {
  /** As it lies in the dead-letter topic. */
  readonly record: ConsumerRecord;
  /** Where it was read. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly consumer: string;
  readonly attempts: number;
  /** Code or name of the error. */
  readonly error: string;
  readonly message: string;
}

/** Undefined for a record that no error policy has written. */
export function deadLetterOf(record: ConsumerRecord): DeadLetter | undefined {
  const headers = headersOf(record);
  const text = (name: string): string => headers[`partita-${name}`] ?? '';
  if (headers['partita-error'] === undefined) return undefined;
  return {
    record,
    topic: text('topic'),
    partition: Number(text('partition')),
    offset: Number(text('offset')),
    consumer: text('consumer'),
    attempts: Number(text('attempts')),
    error: text('error'),
    message: text('message'),
  };
}
