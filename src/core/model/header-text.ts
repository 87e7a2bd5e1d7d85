import type { Header } from './record.ts';

/**
 * The text of a header's value. What was sent to Event Hubs over AMQP and is read over Kafka has the code of its type before it:
 * 0xa1 and a length of one byte for a string, 0xb1 and four bytes for a long one, 0xa0 and 0xb0 for binary. A text that is not
 * encoded like this begins with none of these bytes.
 *
 * https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-types-v1.0-os.html#type-string
 */
export function headerText(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  const code = value[0];
  const isShort = (code === 0xa1 || code === 0xa0) && value[1] === value.length - 2;
  const isLong =
    (code === 0xb1 || code === 0xb0) &&
    value.length >= 5 &&
    value.readUInt32BE(1) === value.length - 5;
  return value.toString('utf8', isShort ? 2 : isLong ? 5 : 0);
}

/** The text of the first header with this name; undefined when there is none, or it has no value. */
export function textOfHeader(headers: readonly Header[], wanted: string): string | undefined {
  for (const { name, value } of headers) if (name === wanted) return headerText(value);
  return undefined;
}
