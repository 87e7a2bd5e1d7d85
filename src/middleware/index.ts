/**
 * `partita/middleware`: what often goes around handlers and writes.
 *
 * ```ts
 * const app = partita({ backend, middleware: [logging(), gzip()] });
 * ```
 *
 * @module
 */
export type { DeduplicateOptions } from './deduplicate.ts';
export { deduplicate } from './deduplicate.ts';
export type { DeduplicationStore, MemoryDeduplicationOptions } from './deduplication-store.ts';
export { memoryDeduplication } from './deduplication-store.ts';
export type { GzipOptions } from './gzip.ts';
export { gzip } from './gzip.ts';
export type { LoggingOptions } from './logging.ts';
export { logging } from './logging.ts';
export type { SqlClient, SqlDeduplication, SqlDeduplicationOptions } from './sql-deduplication.ts';
export { sqlDeduplication } from './sql-deduplication.ts';
export type { ThrottleOptions } from './throttle.ts';
export { throttle } from './throttle.ts';
export { timeout } from './timeout.ts';
export type { Schemas, ValidateOptions } from './validate.ts';
export { validate } from './validate.ts';
