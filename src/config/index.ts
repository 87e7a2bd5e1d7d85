/**
 * `partita/config`: one file says which broker, which consumers and what happens to records that fail.
 *
 * ```ts
 * const app = await createAppFromConfig(await readConfig('app.yaml'));
 * await app.run();
 * ```
 *
 * @module
 */
export type * from './app-config.ts';
export { checkConfig } from './check-config.ts';
export type {
  AppParts,
  ConsumerHandler,
  HandlerFunction,
  HandlerObject,
} from './create/app-parts.ts';
export { consumerName } from './create/consumer-name.ts';
export { type CreateOptions, createAppFromConfig } from './create/create-app.ts';
export { loggerOf } from './create/logger-of.ts';
export { defineConfig } from './define-config.ts';
export { explain } from './explain/explain.ts';
export type { ExplainedWarning, ExplainOptions, Explanation } from './explain/explanation.ts';
export { ignoredVariables } from './ignored-variables.ts';
export { type Environment, type ReadOptions, readConfig } from './read/read-config.ts';
export { redact } from './redact.ts';
export { configJsonSchema, type JsonSchema } from './schema/json-schema.ts';
export { type Duration, type Reference, type Size, toMs } from './values.ts';
