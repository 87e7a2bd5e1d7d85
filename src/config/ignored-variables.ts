import type { AppConfig } from './app-config.ts';
import { sourceOf } from './source.ts';

/** Environment variables that begin with `PARTITA_` and name no key: none of these had an effect on what was read. */
export function ignoredVariables(config: AppConfig): readonly string[] {
  return sourceOf(config)?.ignored ?? [];
}
