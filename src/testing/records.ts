import {
  type ConsumerRecord,
  type Header,
  InvalidConfigError,
  OptionCheck,
  type ProducerRecord,
} from '../core/index.ts';

/** A record as tests write it: what is neither text nor bytes becomes JSON. */
export interface TestRecord {
  readonly key?: Buffer | string | null;
  readonly value?: unknown;
  readonly headers?: NonNullable<ProducerRecord['headers']>;
  readonly partition?: number;
  readonly timestampMs?: number;
}

/** What a record that was read has beside these; it can be written again. */
const ofRead = ['topic', 'offset', 'sizeBytes', 'token'];
const ofWritten = ['key', 'value', 'headers', 'partition', 'timestampMs'];

/**
 * A record to be written; an absent value is none (a tombstone). Other values than text and bytes are written as JSON.
 *
 * @throws InvalidConfigError when it has a field that records have not
 */
export function aRecord(record: TestRecord = {}): ProducerRecord {
  return checkedRecord(record);
}

/** Of what a test has handed in. @throws InvalidConfigError when that is no record */
export function checkedRecord(given: unknown): ProducerRecord {
  const check = new OptionCheck();
  const record: TestRecord = check.object('the record', given ?? null);
  check.known('', record, [...ofWritten, ...ofRead]);
  if (check.problems.length > 0) throw new InvalidConfigError('record', check.problems);
  const { key, value, headers, partition, timestampMs } = record;
  return {
    ...(key !== undefined && { key }),
    ...(headers !== undefined && { headers }),
    ...(partition !== undefined && { partition }),
    ...(timestampMs !== undefined && { timestampMs }),
    value: written(value),
  };
}

function written(value: unknown = null): Buffer | string | null {
  if (value === null || typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return JSON.stringify(value);
}

/**
 * Records with the keys `name-0` to `name-<count - 1>`. Their values are what `value` says, or JSON with the key as `id`.
 *
 * ```ts
 * await t.produce('orders', records('order', 100, (id) => ({ id, total: 5 })));
 * ```
 */
export function records(
  name: string,
  count: number,
  value: (id: string, index: number) => unknown = (id) => ({ id }),
): ProducerRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `${name}-${index}`;
    return aRecord({ key, value: value(key, index) });
  });
}

type WithHeaders = Pick<ConsumerRecord | ProducerRecord, 'headers'>;

/** Headers as texts, by name; the last of several with one name. */
export function headersOf({ headers = [] }: WithHeaders): Record<string, string | null> {
  const list = Array.isArray(headers)
    ? (headers as readonly Header[]).map(({ name, value }) => [name, value] as const)
    : Object.entries(headers);
  return Object.fromEntries(
    list.map(([name, value]) => [name, value === null ? null : String(value)]),
  );
}

/** The value as text, or null without one. */
export function textOf({ value }: Pick<ConsumerRecord | ProducerRecord, 'value'>): string | null {
  return value === null ? null : String(value);
}

/** The value as what its JSON says, or null without one. */
export function jsonOf(record: Pick<ConsumerRecord | ProducerRecord, 'value'>): unknown {
  const text = textOf(record);
  return text === null ? null : JSON.parse(text);
}
