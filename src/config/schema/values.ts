import { z } from 'zod';
import { type Duration, type Reference, type Size, toBytes, toMs } from '../values.ts';

/** What a schema says about itself besides its type; goes into the JSON Schema, the documents and the generated types. */
interface Meta {
  readonly description?: string;
  /** What holds when the key is left out, as the file would spell it. */
  readonly default?: unknown;
}

export const durationPattern: RegExp = /^\d+(\.\d+)?(ms|s|m|h)$/;
export const sizePattern: RegExp = /^\d+(\.\d+)?(B|KiB|MiB|GiB)$/;
const referencePattern = /^(\.{1,2}\/|\/|file:).+$/;

/** A schema of texts whose form its type tells too. */
function form<T extends string>(
  pattern: RegExp,
  { error, ...meta }: { readonly error: string; readonly id: string; readonly description: string },
  limit: { readonly error: string; holds(value: T): boolean } = { error, holds: () => true },
): z.ZodType<T> {
  // Abandoned at once: a union would else take this branch for the one that was meant.
  const schema = z
    .string({ error })
    .regex(pattern, { error, abort: true })
    .refine((value) => limit.holds(value as T), { error: limit.error })
    .meta(meta);
  return schema as unknown as z.ZodType<T>;
}

/** A time that may be none: `0ms`. */
export const delay: z.ZodType<Duration> = form<Duration>(
  durationPattern,
  {
    error: 'a time with its unit: 500ms, 30s, 5m or 1h',
    id: 'Duration',
    description: 'A time with its unit: `500ms`, `30s`, `5m`, `1h`.',
  },
  // Timers take no more than 2^31 - 1 milliseconds.
  { error: 'a time of at most 596h', holds: (value) => toMs(value) < 2 ** 31 },
);

export const duration: z.ZodType<Duration> = delay.refine((value) => toMs(value) >= 1, {
  error: 'a time of at least 1ms',
});

/** A size that may be none: `0B`. */
export const sizeOrNone: z.ZodType<Size> = form<Size>(
  sizePattern,
  {
    error: 'a size with its unit: 512B, 64KiB, 8MiB or 1GiB',
    id: 'Size',
    description: 'A size with its unit: `512B`, `64KiB`, `8MiB`, `1GiB`.',
  },
  // As far as whole numbers are exact, and more than any machine has.
  { error: 'a size of at most 8388607GiB', holds: (value) => toBytes(value) < 2 ** 53 },
);

export const size: z.ZodType<Size> = sizeOrNone.refine((value) => toBytes(value) >= 1, {
  error: 'a size of at least 1B',
});

export const reference: z.ZodType<Reference> = form(referencePattern, {
  error:
    "a module's path that begins with ./ or ../, with #name for an export other than the default: ./orders.ts#handle",
  id: 'Reference',
  description:
    'A module and one of its exports: `./orders.ts#handle`, seen from the folder of the file. Without `#name` the default export.',
});

export const text: z.ZodType<string> = z
  .string({ error: 'a text' })
  .min(1, { error: 'a text that is not empty' });

/** How the name of a topic has to be, for sentences. */
export const topicForm: string =
  'the name of a topic: at most 249 letters, digits, dots, hyphens and underscores';

/** What Kafka and Event Hubs both take as a name. */
export const topicName: z.ZodType<string> = z
  .string({ error: topicForm })
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, { error: topicForm, abort: true });

/** Never shown: not in messages, not in what `redact` gives. */
export function secret(description: string): z.ZodType<string> {
  return z
    .string({ error: 'a text' })
    .min(1, { error: 'a text that is not empty' })
    .meta({ description, writeOnly: true });
}

export function count(least: number, most: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  const error = `a whole number ${range}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function yesOrNo(): z.ZodType<boolean> {
  return z.boolean({ error: 'true or false' });
}

/** A key that may be left out, with what it means. */
export function optional<T>(
  schema: z.ZodType<T>,
  description: string,
  fallback?: unknown,
): z.ZodExactOptional<z.ZodType<T>> {
  const meta: Meta = fallback === undefined ? { description } : { description, default: fallback };
  return schema.meta({ ...meta }).exactOptional();
}

/** Schemas of some keys of an object that may be left out. */
export type OptionalKeys<Config, Keys extends keyof Config> = {
  readonly [Key in Keys]-?: z.ZodExactOptional<z.ZodType<NonNullable<Config[Key]>>>;
};
