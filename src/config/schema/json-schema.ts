import { z } from 'zod';
import { appSchema } from './app.ts';

/** The part of JSON Schema 2020-12 that the configuration needs. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  /** A secret: it may be written, and is never shown. */
  readonly writeOnly?: boolean;
}

/**
 * What a definition says already is not said again where it is referred to. Formats have patterns beside them, and are refused by
 * strict validators that have not learned them.
 */
function plain({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.format;
  if (jsonSchema.$ref === undefined) return;
  delete jsonSchema.type;
  delete jsonSchema.pattern;
}

let made: JsonSchema | undefined;

/** What editors check a configuration file by: published with the package as `config.schema.json`. */
export function configJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(appSchema, { io: 'input', override: plain }) as JsonSchema;
  return made;
}
