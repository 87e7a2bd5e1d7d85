import type { ConsumerRecord, Header } from '../core/index.ts';

/** Where a dead letter came from and why it is there, as its headers say. */
export interface DeadLetterFacts {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly consumer: string;
  readonly attempts: number;
  readonly error: string;
  readonly message: string;
}

const prefix = 'partita-';
const names = [
  'topic',
  'partition',
  'offset',
  'timestamp',
  'consumer',
  'attempts',
  'error',
  'message',
  'parked',
  'due',
];
const own = new Set(names.map((name) => prefix + name));

/** Undefined for a record that Partita did not dead-letter. */
export function deadLetterFacts(record: ConsumerRecord): DeadLetterFacts | undefined {
  const text = (name: string): string =>
    record.headers.find((header) => header.name === prefix + name)?.value?.toString('utf8') ?? '';
  const topic = text('topic');
  if (topic === '') return undefined;
  return {
    topic,
    partition: Number(text('partition')),
    offset: Number(text('offset')),
    timestampMs: Number(text('timestamp')),
    consumer: text('consumer'),
    attempts: Number(text('attempts')),
    error: text('error'),
    message: text('message'),
  };
}

/** The headers that the record had before it was dead-lettered. */
export function originalHeaders({ headers }: ConsumerRecord): readonly Header[] {
  return headers.filter(({ name }) => !own.has(name));
}
