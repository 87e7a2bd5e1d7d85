import {
  type ConsumerRecord,
  defineMiddleware,
  formatPartition,
  InvalidConfigError,
  type Middleware,
  PartitaError,
  type ProducerRecord,
  type StandardSchema,
  show,
} from '../core/index.ts';

/** One schema for all topics, one per topic (others are not checked), or a function of the topic. */
export type Schemas =
  | StandardSchema
  | Readonly<Record<string, StandardSchema>>
  | ((topic: string) => StandardSchema | undefined);

export interface ValidateOptions {
  /** Turns the bytes of a value into what the schema checks. @default JSON; a record without a value is `null` */
  readonly decode?: (value: Buffer | null) => unknown;
}

/**
 * Checks values against any Standard Schema validator (zod, valibot, arktype, …), of records that are read and of records
 * that are written. What does not fit is not handled, and fails with `DECODE_FAILED`; nothing of a `send` with such a record
 * is written. Values stay as they are: a decoder such as `json(schema)` gives the handler the schema's output. Dead letters
 * are not checked.
 *
 * @throws InvalidConfigError when there is no schema.
 */
export function validate(schemas: Schemas, options: ValidateOptions = {}): Middleware {
  const schemaOf = resolve(schemas);
  const { decode = json } = options;
  if (typeof decode !== 'function')
    throw new InvalidConfigError('validate options', [
      `decode is ${show(decode)}, expected a function`,
    ]);
  const issuesOf = (schema: StandardSchema, value: Buffer | null) => check(schema, decode, value);
  return defineMiddleware({
    name: 'validate',
    async handle(call, next) {
      const schema = schemaOf(call.topic);
      if (schema !== undefined)
        for (const [index, record] of call.records.entries()) {
          const issues = await issuesOf(schema, record.value);
          if (issues !== undefined) call.fail(index, readError(record, issues));
        }
      await next();
    },
    async produce({ topic, records }, next) {
      const schema = schemaOf(topic);
      if (schema !== undefined)
        for (const [index, record] of records.entries()) {
          const bytes = bytesOf(record);
          const issues = bytes === undefined ? undefined : await issuesOf(schema, bytes);
          if (issues !== undefined) throw writeError(topic, index, records.length, issues);
        }
      return next();
    },
  });
}

function resolve(schemas: Schemas): (topic: string) => StandardSchema | undefined {
  if (isSchema(schemas)) return () => schemas;
  if (typeof schemas === 'function') return schemas;
  const given = Object.entries(Object(schemas) as Record<string, unknown>);
  const problems = given
    .filter(([, schema]) => !isSchema(schema))
    .map(([topic, schema]) => `${topic} is ${show(schema)}, expected a Standard Schema validator`);
  if (given.length === 0)
    problems.push(
      `schema is ${show(schemas)}, expected a Standard Schema validator, or one per topic`,
    );
  if (problems.length > 0) throw new InvalidConfigError('schemas to validate', problems);
  const byTopic = new Map(given as [string, StandardSchema][]);
  return (topic) => byTopic.get(topic);
}

/** Some validators are functions with properties. */
function isSchema(value: unknown): value is StandardSchema {
  const standard = (Object(value) as Partial<StandardSchema>)['~standard'];
  return typeof standard?.validate === 'function';
}

/** What is wrong with a value, in one line; undefined when nothing is. */
async function check(
  schema: StandardSchema,
  decode: (value: Buffer | null) => unknown,
  value: Buffer | null,
): Promise<string | undefined> {
  try {
    const { issues } = await schema['~standard'].validate(await decode(value));
    return issues?.map(({ message, path }) => `${pathText(path)}${message}`).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pathText(path: readonly (PropertyKey | { readonly key: PropertyKey })[] = []): string {
  if (path.length === 0) return '';
  return `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')}: `;
}

function json(value: Buffer | null): unknown {
  return value === null ? null : JSON.parse(value.toString('utf8'));
}

/** Undefined for what is no record at all: the producer will refuse it in better words. */
function bytesOf(record: ProducerRecord): Buffer | null | undefined {
  const { value }: Partial<ProducerRecord> = Object(record);
  if (typeof value === 'string') return Buffer.from(value);
  return value === null || Buffer.isBuffer(value) ? value : undefined;
}

function readError(record: ConsumerRecord, issues: string): PartitaError {
  const { topic, partition, offset } = record;
  return new PartitaError(
    'DECODE_FAILED',
    `The value of ${formatPartition(record)} at offset ${offset} does not fit its schema: ${issues}. The consumer's onError policy decides about it.`,
    { topic, partition, offset },
  );
}

function writeError(topic: string, index: number, count: number, issues: string): PartitaError {
  const which = count === 1 ? 'The record' : `Record ${index} of the ${count} records`;
  return new PartitaError(
    'DECODE_FAILED',
    `${which} for ${topic} does not fit its schema, and nothing was written: ${issues}.`,
    { topic },
  );
}
