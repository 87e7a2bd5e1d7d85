import { type PartitaError, ProduceError } from '../model/errors.ts';
import type { RecordMetadata } from '../model/record.ts';

/** Writes a single record: where it is, or what went wrong with it, instead of a list of one. */
export async function sendOne(
  send: () => Promise<readonly RecordMetadata[]>,
): Promise<RecordMetadata> {
  try {
    const [metadata] = await send();
    return metadata as RecordMetadata;
  } catch (error) {
    throw error instanceof ProduceError ? (error.results[0] as PartitaError) : error;
  }
}
