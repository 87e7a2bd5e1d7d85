import type { AppConfig } from './app-config.ts';
import { hidden, isSecret } from './problems/hidden.ts';
import type { ConfigPath } from './source.ts';

/** A copy to show to people, with `(hidden)` for each secret. */
export function redact(config: AppConfig): AppConfig {
  return copy(config, []) as AppConfig;
}

function copy(value: unknown, path: ConfigPath): unknown {
  if (typeof value !== 'object' || value === null) return isSecret(path, value) ? hidden : value;
  if (Array.isArray(value)) return value.map((item, i) => copy(item, [...path, i]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, copy(item, [...path, key])]),
  );
}
