import { schemasAt } from '../schema/branches.ts';
import type { ConfigPath, ConfigSource } from '../source.ts';

/** Texts that hold a secret wherever they turn up: keys of Azure, tokens of shared access, credentials in an address. */
const secretive = /sharedaccess|accountkey|[?&]sig=|-----BEGIN|:\/\/[^/\s:@]+:[^/\s@]+@/i;

/** What stands in the place of a secret. */
export const hidden = '(hidden)';
const longest = 80;

/** A text of somebody else, such as the message of an error, without what looks like a secret in it. */
export function withoutSecrets(text: string): string {
  return text
    .replace(
      /\b(SharedAccessKey|SharedAccessSignature|AccountKey|sig|password|secret|token)(=|:\s*)[^;&\s"',]+/gi,
      `$1$2${hidden}`,
    )
    .replace(/(:\/\/[^/\s:@]+:)[^/\s@]+@/g, `$1${hidden}@`)
    .replace(/-----BEGIN [\s\S]*?(-----END [A-Z ]+-----|$)/g, hidden);
}

/** A value as a sentence may show it: never a secret, never what was filled in, never a page. */
export function shown(path: ConfigPath, value: unknown, source?: ConfigSource): string {
  if (value === '') return source?.written(path) ?? "''";
  if (isSecret(path, value)) return hidden;
  const text = source?.written(path) ?? asText(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** By the place it stands in, or by what it looks like. */
export function isSecret(path: ConfigPath, value: unknown): boolean {
  if (isSecretPath(path)) return true;
  return typeof value === 'string' && (secretive.test(value) || isInSecretsStead(path, value));
}

/** A text that stands where a section with a secret is expected may well be that secret: `sasl: s3cret`. `ssl: yes` is not. */
function isInSecretsStead(path: ConfigPath, { length }: string): boolean {
  if (length <= 'false'.length) return false;
  return schemasAt(path).some(({ properties = {} }) =>
    Object.values(properties).some(({ writeOnly }) => writeOnly === true),
  );
}

/** Is what stands there a secret, or inside of one? */
export function isSecretPath(path: ConfigPath): boolean {
  return path.some((_, i) =>
    schemasAt(path.slice(0, i + 1)).some(({ writeOnly }) => writeOnly === true),
  );
}

function asText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === null ? 'empty' : String(value);
}
