import { errorText } from '../model/error-text.ts';
import { PartitaError } from '../model/errors.ts';
import type { ProducerRecord } from '../model/record.ts';
import { isThenable } from '../model/thenable.ts';
import type { Encoded } from './decoder.ts';
import type { AnyTopic, TypedRecord } from './typed-topic.ts';

/**
 * The records as they are written. At once when the topic's codec is: whoever sends two records in a row without waiting must
 * find them in this order.
 *
 * @throws PartitaError `ENCODE_FAILED` for the first that does not fit; nothing is to be written then.
 */
export function encodeRecords(
  topic: AnyTopic,
  records: readonly TypedRecord<never>[],
): readonly ProducerRecord[] | Promise<readonly ProducerRecord[]> {
  const values = records.map((record, index) => encodeOne(topic, record, index, records.length));
  const put = (encoded: readonly Encoded[]): ProducerRecord[] =>
    records.map((record, index) => ({ ...record, value: encoded[index] ?? null }));
  if (!values.some(isThenable)) return put(values as Encoded[]);
  return Promise.all(values.map(async (value) => value)).then(put);
}

function encodeOne(
  topic: AnyTopic,
  record: TypedRecord<never>,
  index: number,
  count: number,
): Encoded | Promise<Encoded> {
  const { value }: Partial<TypedRecord<never>> = Object(record);
  if (value === null) return null;
  try {
    const encoded = topic.value.encode(value as never);
    if (!isThenable(encoded)) return encoded;
    return encoded.then(undefined, (error: unknown) => {
      throw encodeFailure(topic, index, count, error);
    });
  } catch (error) {
    throw encodeFailure(topic, index, count, error);
  }
}

function encodeFailure(
  { name }: AnyTopic,
  index: number,
  count: number,
  cause: unknown,
): PartitaError {
  const which = count === 1 ? 'The value' : `The value of record ${index} of ${count}`;
  return new PartitaError(
    'ENCODE_FAILED',
    `${which} for ${name} does not fit its type, and nothing was written: ${errorText(cause)}.`,
    { topic: name, cause },
  );
}
