import { branches, resolved } from '../../src/config/schema/branches.ts';
import { configJsonSchema, type JsonSchema } from '../../src/config/schema/json-schema.ts';

/** Sections of the reference: a heading and the schema it is about. */
const sections: readonly (readonly [heading: string, name: string])[] = [
  ['The file', ''],
  ['An entry of `consumers`', 'ConsumerConfig'],
  ['A step of `onError`', 'ErrorPolicyStep'],
  ['`when` of a step', 'ErrorFilter'],
  ['`kafka`', 'KafkaConfig'],
  ['`kafka.sasl`', 'SaslConfig'],
  ['`kafka.ssl`', 'TlsConfig'],
  ['`eventhubs`', 'EventHubsConfig'],
  ['`eventhubs.checkpoints`', 'CheckpointsConfig'],
  ['`eventhubs.retry`', 'SdkRetryConfig'],
  ['`memory`', 'MemoryConfig'],
  ['`producer`', 'ProducerConfig'],
  ['`health`', 'HealthConfig'],
  ['`telemetry`', 'TelemetryConfig'],
  ['`logger`', 'LoggerConfig'],
];

/** What the plain words stand for in the column of values. */
const words: Readonly<Record<string, string>> = {
  Duration: 'time',
  Size: 'size',
  Reference: 'module',
};

/** All keys, as tables of Markdown. */
export function configReference(): string {
  const root = configJsonSchema();
  return sections
    .map(([heading, name]) => {
      const schema = name === '' ? root : root.$defs?.[name];
      if (schema === undefined) throw new Error(`the schema has no ${name}`);
      return section(heading, schema);
    })
    .join('\n\n');
}

function section(heading: string, schema: JsonSchema): string {
  const options = schema.oneOf ?? [schema];
  const head = ['| Key | Value | Default | Meaning |', '| --- | --- | --- | --- |'];
  const tables = options.map((option) => [...head, ...rows(option, '')].join('\n'));
  return [`### ${heading}`, schema.description ?? '', ...tables].join('\n\n');
}

function rows(
  { properties = {}, required = [] }: JsonSchema,
  prefix: string,
  needed = 'required',
): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${prefix}${key}`;
    const { description = resolved(schema).description, default: fallback } = schema;
    const missing = required.includes(key) ? needed : shown(fallback);
    const row = `| \`${name}\` | ${valueText(schema)} | ${missing} | ${description ?? ''} |`;
    // What an alternative needs is not needed where another one is taken.
    const objects = inner(schema);
    const isChoice = branches(schema).length > 1;
    return [row, ...objects.flatMap((object) => rows(object, `${name}.`, isChoice ? '' : needed))];
  });
}

/** Objects without a section of their own, whose keys are told right here. */
function inner(schema: JsonSchema): readonly JsonSchema[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '');
    return sections.some(([, section]) => section === name) ? [] : inner(resolved(schema));
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.flatMap(inner);
  return schema.properties === undefined ? [] : [schema];
}

function valueText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return named(schema.$ref.replace('#/$defs/', ''), schema);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return [...new Set(options.map(valueText))].join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list: ${valueText(schema.items ?? {})}`;
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'string') return schema.writeOnly ? 'text, secret' : 'text';
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object' ? 'names and numbers' : 'object';
  return 'number';
}

function named(name: string, schema: JsonSchema): string {
  const heading = sections.find(([, section]) => section === name)?.[0];
  if (heading === undefined) return words[name] ?? valueText(resolved(schema));
  return `[${heading.replaceAll('`', '')}](#${anchor(heading)})`;
}

/** As GitHub makes it from a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function shown(fallback: unknown): string {
  if (fallback === undefined) return '';
  if (typeof fallback === 'object') return `\`${JSON.stringify(fallback)}\``;
  // Sentences stay sentences.
  return /\s/.test(String(fallback)) ? String(fallback) : `\`${String(fallback)}\``;
}
