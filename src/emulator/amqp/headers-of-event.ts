import type { RecordHeader } from '../../protocol/index.ts';
import { EncodingError, eachElement, eachPair, integerAt } from './encoding.ts';
import type { Section } from './message-sections.ts';

/** Fields of the properties section in their order (AMQP 1.0 part 3, section 3.2.4). */
const fields = [
  'message-id',
  'user-id',
  'to',
  'subject',
  'reply-to',
  'correlation-id',
  'content-type',
  'content-encoding',
  'absolute-expiry-time',
  'creation-time',
  'group-id',
  'group-sequence',
  'reply-to-group-id',
] as const;

/** Those that reach Kafka clients as text; all else keeps its AMQP encoding ("Exchange events using different protocols"). */
const asText: ReadonlySet<string> = new Set([
  'message-id',
  'user-id',
  'to',
  'reply-to',
  'content-type',
  'content-encoding',
  'creation-time',
]);

const NULL = 0x40;

/** What stands in the properties of a message, as headers of a record. */
export function headersOfProperties(bytes: Buffer, { valueAt }: Section): RecordHeader[] {
  const headers: RecordHeader[] = [];
  let index = 0;
  eachElement(bytes, valueAt, (at, end) => {
    const name = fields[index++];
    if (name === undefined || bytes[at] === NULL) return;
    const value = asText.has(name) ? textAt(bytes, at, end) : bytes.subarray(at, end);
    headers.push({ name, value });
  });
  return headers;
}

/** Application properties as headers: the values as AMQP writes them, type and all, as on the service. */
export function headersOfApplicationProperties(
  bytes: Buffer,
  { valueAt }: Section,
): RecordHeader[] {
  const headers: RecordHeader[] = [];
  eachPair(bytes, valueAt, (name, _keyAt, at, end) => {
    if (name === '') throw new EncodingError('An application property has no name.');
    headers.push({ name, value: bytes.subarray(at, end) });
  });
  return headers;
}

function textAt(bytes: Buffer, at: number, end: number): Buffer {
  const code = bytes[at] ?? 0;
  const category = code >> 4;
  if (category === 0xa) return bytes.subarray(at + 2, end);
  if (category === 0xb) return bytes.subarray(at + 5, end);
  if (code === 0x98) return Buffer.from(uuid(bytes.toString('hex', at + 1, end)));
  const number = integerAt(bytes, at);
  return number === null ? bytes.subarray(at, end) : Buffer.from(String(number));
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
