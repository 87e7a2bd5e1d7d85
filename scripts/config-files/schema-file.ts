import { configJsonSchema } from '../../src/config/schema/json-schema.ts';

/** The text of config.schema.json. */
export function configSchemaFile(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}
