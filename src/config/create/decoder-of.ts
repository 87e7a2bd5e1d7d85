import { json, type StandardSchema, text } from '../../core/index.ts';
import type { ValueConfig } from '../app-config.ts';
import type { ConfigPath } from '../source.ts';
import type { References } from './references.ts';

/**
 * The decoder that `value` of a consumer stands for; undefined for the record as it is. What type comes out of it is what the
 * handler was written for: data cannot tell.
 */
export async function decoderOf(
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
