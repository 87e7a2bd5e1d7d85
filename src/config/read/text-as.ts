import { parse } from 'yaml';
import { branches } from '../schema/branches.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

/**
 * The value that a text from the environment stands for, where the schema wants no text: a number, true or false, a list
 * (with commas between), or whatever it is as YAML. A text that is wanted stays as it is, also one of digits.
 */
export function textAs(text: string, schemas: readonly JsonSchema[]): unknown {
  const types = new Set(schemas.map(kind));
  if (types.has('string') && schemas.some((schema) => takes(schema, text))) return text;
  if (types.has('number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (types.has('array') && !/^\s*\[/.test(text))
    return text.split(',').map((part) => textAs(part.trim(), itemsOf(schemas)));
  if (types.has('array') || types.has('object')) return structured(text);
  return text;
}

function itemsOf(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
  return schemas.flatMap(({ items }) => (items === undefined ? [] : branches(items)));
}

function kind({ type, const: only, enum: values }: JsonSchema): string {
  if (only !== undefined || values !== undefined) return 'string';
  return type === 'integer' ? 'number' : (type ?? 'unknown');
}

function takes({ const: only, enum: values, pattern, type }: JsonSchema, text: string): boolean {
  if (only !== undefined) return only === text;
  if (values !== undefined) return values.includes(text);
  if (type !== 'string') return false;
  return pattern === undefined || new RegExp(pattern).test(text);
}

function structured(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    // As a text it is told to be the wrong thing, by the schema.
    return text;
  }
}
