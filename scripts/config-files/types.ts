import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configJsonSchema, type JsonSchema } from '../../src/config/schema/json-schema.ts';

/** Written by hand, because their form says more than JSON Schema can. */
const byHand = ['Duration', 'Reference', 'Size'];

const header = `// Generated from src/config/schema by \`npm run docs:tables\`: change it there.
import type { ${byHand.join(', ')} } from './values.ts';
`;

/** The source of src/config/app-config.ts: the types of a configuration, documented as the schema is. */
export function configTypes(): string {
  const { $defs = {}, ...app } = configJsonSchema();
  const others = Object.entries($defs).filter(([name]) => !byHand.includes(name));
  const all: [string, JsonSchema][] = [['AppConfig', app], ...others];
  return formatted([header, ...all.map(([name, schema]) => declaration(name, schema))].join('\n'));
}

/** By the project's own formatter, so that a check finds nothing to change. */
function formatted(source: string): string {
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
  const format = ['format', '--stdin-file-path=src/config/app-config.ts'];
  return execFileSync(process.execPath, [biome, ...format], { input: source, encoding: 'utf8' });
}

function declaration(name: string, schema: JsonSchema): string {
  const comment = documented(schema);
  const body = typeOf({ ...schema });
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
