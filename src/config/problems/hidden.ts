import type { ConfigPath, ConfigSource } from '../source.ts';
import { isSecretPath } from './secret-paths.ts';

/** Texts that hold a secret wherever they turn up: keys of Azure, tokens of shared access, credentials in an address. */
const secretive = /sharedaccess|accountkey|[?&]sig=|-----BEGIN|:\/\/[^/\s:@]+:[^/\s@]+@/i;

const longest = 80;

/** A value as a sentence may show it: never a secret, never a page. */
export function shown(path: ConfigPath, value: unknown, source?: ConfigSource): string {
  if (isSecretPath(path)) return '(hidden)';
  // Instead of what was filled in, which may be anything.
  const written = source?.written(path);
  if (written !== undefined) return written;
  const text = asText(value);
  if (secretive.test(text)) return '(hidden)';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === null ? 'empty' : String(value);
}
