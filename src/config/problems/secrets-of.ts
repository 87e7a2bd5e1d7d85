import type { ConfigPath } from '../source.ts';
import { isSecret } from './hidden.ts';

/** Every text in a configuration that nobody is to see. */
export function secretsOf(value: unknown, path: ConfigPath = []): readonly string[] {
  if (typeof value === 'string') return isSecret(path, value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    secretsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
