import type { AppConfig } from './app-config.ts';

/**
 * For configurations in TypeScript: gives completion and type checks, and returns what it is given.
 *
 * ```ts
 * export default defineConfig({ backend: 'memory', memory: { topics: { orders: 3 } }, consumers: [ … ] });
 * ```
 */
export function defineConfig(config: AppConfig): AppConfig {
  return config;
}
