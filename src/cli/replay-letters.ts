import {
  type App,
  type ConsumerRecord,
  PartitaError,
  type Producer,
  type ProducerRecord,
} from '../core/index.ts';
import { type DeadLetterFacts, originalHeaders } from './dead-letter.ts';
import { counted } from './terminal/counted.ts';
import { progress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** A dead letter with what its headers say. */
export interface Letter {
  readonly record: ConsumerRecord;
  readonly facts: DeadLetterFacts;
}

/**
 * Keys and values as they were, headers without ours; the broker's partitioner chooses the partition again. When it ends early it
 * says where to go on.
 */
export async function writeLetters(
  app: App,
  letters: readonly Letter[],
  target: (letter: Letter) => string,
  terminal: Terminal,
): Promise<void> {
  // Each one is waited for: no other comes that could go along with it.
  const producer: Producer = app.producer({ lingerMs: 0 });
  const what = letters[0]?.record.topic ?? '';
  const bar = progress(terminal, { what, total: letters.length, unit: 'letters' });
  let done = 0;
  try {
    for (const letter of letters) {
      if (terminal.signal.aborted) throw new PartitaError('CLOSED', 'Stopped.');
      const { key, value } = letter.record;
      const record: ProducerRecord = { key, value, headers: originalHeaders(letter.record) };
      // In turn, so that letters of one key keep their order when one has to be sent again.
      await producer.send(target(letter), record);
      done++;
      bar.add(1);
    }
  } catch (error) {
    throw PartitaError.is(error) ? withRest(error, letters, done) : error;
  } finally {
    bar.stop();
  }
}

function withRest(error: PartitaError, letters: readonly Letter[], done: number): PartitaError {
  const next = new Map<number, number>();
  for (const { record } of letters.slice(done).reverse()) next.set(record.partition, record.offset);
  const rest = placesOf(letters[0]?.record.topic ?? '', next);
  return new PartitaError(
    error.code,
    `${error.message} ${done} of ${counted(letters.length, 'letter')} replayed; the others begin at ${rest}.`,
    { cause: error },
  );
}

export function placesOf(topic: string, next: ReadonlyMap<number, number>): string {
  return [...next].map(([partition, at]) => `${topic}-${partition}@${at}`).join(', ');
}
