import {
  type Assignor,
  type AssignorName,
  type ConsumerOptions,
  json,
  type StandardSchema,
  type StartPosition,
  type Topics,
  text,
} from '../../core/index.ts';
import { isoTimeMs } from '../../system/iso-time.ts';
import type { ConsumerConfig, StartConfig, TopicsConfig, ValueConfig } from '../app-config.ts';
import type { ConfigPath } from '../source.ts';
import type { Reference } from '../values.ts';
import type { AppParts } from './app-parts.ts';
import { consumerName } from './consumer-name.ts';
import { errorPolicyOf } from './error-policy-of.ts';
import { handlerOf } from './handler-of.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import { middlewareOf } from './middleware-of.ts';
import type { References } from './references.ts';

/** What `app.consume(topics, options)` gets for an entry of `consumers`. */
export async function consumerOptionsOf(
  consumer: ConsumerConfig,
  path: ConfigPath,
  parts: AppParts,
  references: References,
): Promise<ConsumerOptions<unknown>> {
  const {
    topics: _t,
    handler: _h,
    onError,
    value,
    assignor,
    start,
    commit,
    batch,
    middleware,
    ...rest
  } = consumer;
  const chosen = parts.assignors?.[consumerName(consumer)] ?? assignor;
  const [policy, decoder, assignors, functions, around] = await Promise.all([
    errorPolicyOf(onError, [...path, 'onError'], references),
    decoderOf(value, [...path, 'value'], references),
    assignorsOf(chosen, [...path, 'assignor'], references),
    handlerOf(consumer, path, parts.handlers, references),
    middlewareOf(middleware, [...path, 'middleware'], references),
  ]);
  return {
    ...inMilliseconds(rest, path),
    ...(start !== undefined && { start: startOf(start) }),
    ...(commit !== undefined && { commit: commitOf(commit, path) }),
    ...(batch !== undefined && { batch: inMilliseconds(batch, [...path, 'batch']) }),
    ...(decoder !== undefined && { value: decoder }),
    ...(assignors !== undefined && { assignor: assignors }),
    ...(middleware !== undefined && { middleware: around }),
    ...functions,
    onError: policy,
  } as unknown as ConsumerOptions<unknown>;
}

export function topicsOf(topics: TopicsConfig): Topics {
  return typeof topics === 'object' && 'pattern' in topics ? new RegExp(topics.pattern) : topics;
}

function startOf(start: StartConfig): StartPosition {
  if (typeof start === 'string') return start;
  return 'time' in start ? { timestampMs: isoTimeMs(start.time) } : start;
}

function commitOf(commit: NonNullable<ConsumerConfig['commit']>, path: ConfigPath): unknown {
  return typeof commit === 'string' ? commit : inMilliseconds(commit, [...path, 'commit']);
}

/** The types beside each value are what the handler was written for; data cannot tell. */
async function decoderOf(
  value: ValueConfig | undefined,
  path: ConfigPath,
  references: References,
): Promise<unknown> {
  if (value === undefined || value === 'record') return undefined;
  if (value === 'bytes') return (bytes: Buffer | null) => bytes;
  if (value === 'text') return text();
  if (value === 'json') return json();
  if ('decoder' in value)
    return references.load(value.decoder, [...path, 'decoder'], 'a decoder', isDecoder);
  const schema = await references.load(
    value.schema,
    [...path, 'schema'],
    'a Standard Schema, such as z.object({ … })',
    isStandardSchema,
  );
  return schema === undefined ? undefined : json(schema);
}

function isDecoder(value: unknown): value is object {
  return typeof value === 'function' || typeof Object(value).decode === 'function';
}

function isStandardSchema(value: unknown): value is StandardSchema {
  const { '~standard': standard } = Object(value) as Partial<StandardSchema>;
  return typeof standard?.validate === 'function';
}

type AssignorChoice = AssignorName | Reference | Assignor;

async function assignorsOf(
  given: AssignorChoice | readonly AssignorChoice[] | undefined,
  path: ConfigPath,
  references: References,
): Promise<readonly (AssignorName | Assignor)[] | undefined> {
  if (given === undefined) return undefined;
  const list = Array.isArray(given) ? (given as readonly AssignorChoice[]) : undefined;
  const loaded = (list ?? [given as AssignorChoice]).map(async (choice, i) => {
    if (typeof choice !== 'string' || !isReference(choice)) return [choice];
    const at = list === undefined ? path : [...path, i];
    const assignor = await references.load(choice, at, 'an assignor', isAssignor);
    return assignor === undefined ? [] : [assignor];
  });
  return (await Promise.all(loaded)).flat() as (AssignorName | Assignor)[];
}

function isReference(choice: string): choice is Reference {
  return /[./]/.test(choice);
}

function isAssignor(value: unknown): value is Assignor {
  const { name, assign } = Object(value) as Partial<Assignor>;
  return typeof name === 'string' && typeof assign === 'function';
}
