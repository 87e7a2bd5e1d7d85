import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configJsonSchema, type JsonSchema } from '../../src/config/schema/json-schema.ts';

/** Written by hand, because their form says more than JSON Schema can. */
const byHand = ['Duration', 'Reference', 'Size'];

/** Which types are in which file of src/config; the rest is in app-config.ts, which exports all of them. */
const files: Readonly<Record<string, readonly string[]>> = {
  'backend-config.ts': [
    'KafkaConfig',
    'TlsConfig',
    'SaslConfig',
    'EventHubsConfig',
    'CheckpointsConfig',
    'SdkRetryConfig',
    'MemoryConfig',
  ],
  'consumer-config.ts': [
    'ConsumerConfig',
    'TopicsConfig',
    'StartConfig',
    'ValueConfig',
    'ErrorPolicyConfig',
    'ErrorPolicyStep',
    'ErrorFilter',
  ],
};

const note =
  '// Generated from the schema in src/config/schema by `npm run docs:tables`: change it there.';

/** The types of a configuration, documented as the schema is: sources of files in src/config by name. */
export function configTypes(): ReadonlyMap<string, string> {
  const { $defs = {}, ...app } = configJsonSchema();
  const schemas: Readonly<Record<string, JsonSchema>> = { AppConfig: app, ...$defs };
  const elsewhere = [...byHand, ...Object.values(files).flat()];
  const own = Object.keys(schemas).filter((name) => !elsewhere.includes(name));
  const all = [...Object.entries(files), ['app-config.ts', own] as const];
  return new Map(all.map(([file, names]) => [file, source(file, names, schemas)]));
}

function source(
  file: string,
  names: readonly string[],
  schemas: Readonly<Record<string, JsonSchema>>,
): string {
  const body = names.map((name) => declaration(name, schemas[name] ?? {})).join('\n');
  const used = (name: string) => new RegExp(`\\b${name}\\b`).test(body);
  const imports = Object.entries({ ...files, 'values.ts': byHand })
    .filter(([from, types]) => from !== file && types.some(used))
    .map(
      ([from, types]) =>
        `import type { ${types.filter(used).toSorted().join(', ')} } from './${from}';`,
    );
  const isEntry = file === 'app-config.ts';
  const exports = isEntry
    ? Object.keys(files).map((from) => `export type * from './${from}';`)
    : [];
  const text = [note, ...imports, '', ...exports, '', body].join('\n');
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
  // By the project's own formatter, so that a check finds nothing to change.
  const format = ['format', `--stdin-file-path=src/config/${file}`];
  return execFileSync(process.execPath, [biome, ...format], { input: text, encoding: 'utf8' });
}

function declaration(name: string, schema: JsonSchema): string {
  const comment = documented(schema);
  const body = typeOf(schema);
  const isObject = schema.type === 'object' && schema.properties !== undefined;
  return isObject
    ? `${comment}export interface ${name} ${body}\n`
    : `${comment}export type ${name} = ${body};\n`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.map(typeOf).join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.type === 'array') return `readonly (${typeOf(schema.items ?? {})})[]`;
  if (schema.type === 'object') return objectType(schema);
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'unknown');
}

function objectType({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties === undefined) {
    const values = typeof additionalProperties === 'object' ? additionalProperties : {};
    return `Readonly<Record<string, ${typeOf(values)}>>`;
  }
  const fields = Object.entries(properties).map(
    ([key, schema]) =>
      `${documented(schema)}readonly ${key}${required.includes(key) ? '' : '?'}: ${typeOf(schema)};`,
  );
  return `{\n${fields.join('\n')}\n}`;
}

function documented({ description, default: fallback }: JsonSchema): string {
  if (description === undefined) return '';
  const shown = typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback);
  return `/** ${description}${fallback === undefined ? '' : ` @default ${shown}`} */\n`;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
