import { configJsonSchema, type JsonSchema } from '../../src/config/schema/json-schema.ts';

/** What stands in a file where something is filled in later. */
const filledIn: JsonSchema = {
  type: 'string',
  pattern: '\\$\\{[^}]+\\}',
  description: 'Filled in from the environment or from a file when this one is read.',
};
const reference: JsonSchema = { $ref: '#/$defs/FilledIn' };

/**
 * The text of config.schema.json. Editors see the file before anything is filled in, so wherever a certain form of text, a number
 * a list or a truth value is wanted, a text with `${…}` will do.
 */
export function configSchemaFile(): string {
  const { $defs, ...root } = relaxed(configJsonSchema());
  // What anchors share stands under keys of this form.
  const whole = { ...root, patternProperties: { '^x-': {} } };
  return `${JSON.stringify({ ...whole, $defs: { ...$defs, FilledIn: filledIn } }, null, 2)}\n`;
}

function relaxed(schema: JsonSchema): JsonSchema {
  if (isNarrow(schema)) return withAlternative(schema);
  if (schema.type === 'array') return withAlternative(relaxedInside(schema));
  return relaxedInside(schema);
}

function relaxedInside(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'properties' || key === '$defs') return [key, mapped(value)];
      if (key === 'anyOf' || key === 'oneOf') return [key, value.map(relaxed)];
      const isSchema = (key === 'items' || key === 'additionalProperties') && value !== false;
      return [key, isSchema ? relaxed(value) : value];
    }),
  );
}

function mapped(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([key, one]) => [key, relaxed(one)]));
}

/** One that a text with `${…}` does not fit; a constant names an alternative and stays. */
function isNarrow({ type, pattern, enum: words }: JsonSchema): boolean {
  return (
    pattern !== undefined || words !== undefined || /^(integer|number|boolean)$/.test(type ?? '')
  );
}

function withAlternative({ description, default: fallback, ...form }: JsonSchema): JsonSchema {
  return {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [form, reference],
  };
}
