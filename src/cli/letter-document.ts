import { type ConsumerRecord, withContent } from '../core/index.ts';
import { type DeadLetterFacts, originalHeaders } from './dead-letter.ts';
import { type RecordDocument, recordDocument, timeText } from './record-text.ts';

export interface LetterDocument extends RecordDocument {
  /** Absent for a record that is no dead letter. */
  readonly failure?: Omit<DeadLetterFacts, 'timestampMs'> & { readonly timestamp: string };
}

/** A dead letter as JSON: the record as it was, and under `failure` why it is one. */
export function letterDocument({
  record,
  facts,
}: {
  readonly record: ConsumerRecord;
  readonly facts: DeadLetterFacts | undefined;
}): LetterDocument {
  const document = { ...recordDocument(record), headers: headersOf(record) };
  if (facts === undefined) return document;
  const { timestampMs, ...failure } = facts;
  return { ...document, failure: { ...failure, timestamp: timeText(timestampMs) } };
}

function headersOf(record: ConsumerRecord): RecordDocument['headers'] {
  return recordDocument(withContent(record, { headers: originalHeaders(record) })).headers;
}
