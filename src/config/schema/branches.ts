import type { ConfigPath } from '../source.ts';
import { configJsonSchema, type JsonSchema } from './json-schema.ts';

/** The schema itself where it is a reference to another. */
export function resolved(schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const target = configJsonSchema().$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {};
  return { ...resolved(target), ...withoutRef(schema) };
}

function withoutRef({ $ref: _, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

/** All alternatives of a schema, one if it has none. */
export function branches(schema: JsonSchema): readonly JsonSchema[] {
  const own = resolved(schema);
  const options = own.anyOf ?? own.oneOf;
  return options === undefined ? [own] : options.flatMap(branches);
}

/** What the schema says about the value at a path: every alternative that has such a path. */
export function schemasAt(path: ConfigPath): readonly JsonSchema[] {
  let here: readonly JsonSchema[] = branches(configJsonSchema());
  for (const key of path) here = here.flatMap((schema) => below(schema, key)).flatMap(branches);
  return here;
}

function below({ properties, items, additionalProperties }: JsonSchema, key: PropertyKey) {
  if (typeof key === 'number') return items === undefined ? [] : [items];
  const own = properties?.[String(key)];
  if (own !== undefined) return [own];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

/** The keys that an object at this path may have, in any of its alternatives. */
export function keysAt(path: ConfigPath): readonly string[] {
  const keys = schemasAt(path).flatMap(({ properties = {} }) => Object.keys(properties));
  return [...new Set(keys)];
}
