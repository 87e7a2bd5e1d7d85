import type { AppConfig } from './app-config.ts';

/** Keys and indexes from the root of a configuration: `['consumers', 0, 'group']`. */
export type ConfigPath = readonly PropertyKey[];

/** Where a configuration came from, for messages and for paths that are seen from its folder. */
export interface ConfigSource {
  /** Folder that paths in the configuration are seen from. */
  readonly folder: string;
  /** Where a value stands: `app.yaml:12:5`, or the environment variable that gave it. Undefined when nobody knows. */
  locate(path: ConfigPath): string | undefined;
  /** What was written where `${…}` was filled in; undefined for all other values. */
  written(path: ConfigPath): string | undefined;
  /** Values stand in a file of data, as written; those of a module may have been computed. */
  readonly isData: boolean;
  /** Is this value, or one above it, given by an environment variable? */
  isOverridden(path: ConfigPath): boolean;
  /** Environment variables that begin with `PARTITA_` and name no key. */
  readonly ignored: readonly string[];
}

const sources = new WeakMap<AppConfig, ConfigSource>();

export function rememberSource(config: AppConfig, source: ConfigSource): void {
  sources.set(config, source);
}

export function sourceOf(config: AppConfig): ConfigSource | undefined {
  return sources.get(config);
}

/** `consumers[0].group`, as people write it. */
export function pathText(path: ConfigPath): string {
  if (path.length === 0) return 'the configuration';
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
