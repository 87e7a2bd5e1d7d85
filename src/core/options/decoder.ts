import { PartitaError } from '../model/errors.ts';
import type { ConsumerRecord } from '../model/record.ts';
import { show } from './option-check.ts';
import type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from './standard-schema.ts';

/** Throwing or rejecting is a handled failure with code `DECODE_FAILED`; the error policy decides about it. */
export type DecodeFunction<T> = (value: Buffer | null, record: ConsumerRecord) => T | Promise<T>;

/** A decoder as an object; what `json` and `text` make. */
export interface ValueDecoder<T> {
  decode(value: Buffer | null, record: ConsumerRecord): T | Promise<T>;
}

/** The value of a record to be written: text, bytes, or `null` for none. */
export type Encoded = Buffer | string | null;

/** A decoder with its way back: what the values of a `topic(…)` are read and written with. */
export interface ValueCodec<In, Out> extends ValueDecoder<Out> {
  /** Throwing or rejecting refuses the record, and all that are sent with it. */
  encode(value: In): Encoded | Promise<Encoded>;
}

/**
 * Turns a record's value into what the handler gets: a function, or an object with `decode`.
 *
 * Whoever writes a generic maker of decoders, as `json` is, lets it return the object: TypeScript puts off a generic call
 * that returns a function until the handler beside it is typed, and the handler's argument would be `unknown`.
 */
export type Decoder<T> = DecodeFunction<T> | ValueDecoder<T>;

/** The value as UTF-8 text; `null` for a record without one (a tombstone). */
export function text(): ValueCodec<string | null, string | null> {
  return {
    decode: (value) => (value === null ? null : value.toString('utf8')),
    encode: (value) => value,
  };
}

/** The value as JSON, not checked any further. */
export function json(): ValueCodec<unknown, unknown>;
/**
 * The value as JSON, checked by any Standard Schema validator (zod, valibot, arktype, …): the handler gets the schema's
 * output type. A record without a value is handed to the schema as `null`. What is written to a `topic(…)` is checked as well,
 * and written as it was given: the schema's input, which is what it will be asked to read.
 */
export function json<Schema extends StandardSchema>(
  schema: Schema,
): ValueCodec<SchemaInput<Schema>, SchemaOutput<Schema>>;
export function json(schema?: StandardSchema): ValueCodec<unknown, unknown> {
  if (schema === undefined) return { decode: parse, encode: stringify };
  const checked = <T>(value: unknown, then: (output: unknown) => T): T | Promise<T> => {
    const result = schema['~standard'].validate(value);
    return result instanceof Promise
      ? result.then((late) => then(accepted(late)))
      : then(accepted(result));
  };
  return {
    decode: (value) => checked(parse(value), (output) => output),
    encode: (value) => checked(value, () => stringify(value)),
  };
}

function stringify(value: unknown): string {
  const encoded: string | undefined = JSON.stringify(value);
  if (encoded === undefined) throw new TypeError(`${show(value)} has no form in JSON`);
  return encoded;
}

function parse(value: Buffer | null): unknown {
  return value === null ? null : JSON.parse(value.toString('utf8'));
}

function accepted(result: SchemaResult<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  throw new TypeError(result.issues.map(describe).join('; '));
}

function describe({ message, path }: SchemaIssue): string {
  if (path === undefined || path.length === 0) return message;
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return `${keys.join('.')}: ${message}`;
}

/** @internal Wraps whatever a decoder threw. */
export function decodeFailure(error: unknown, record: ConsumerRecord): PartitaError {
  const { topic, partition, offset } = record;
  const why = error instanceof Error ? error.message : String(error);
  return new PartitaError(
    'DECODE_FAILED',
    `The value of ${topic}-${partition} at offset ${offset} does not decode: ${why}. The consumer's onError policy decides about it.`,
    { topic, partition, offset, cause: error },
  );
}
