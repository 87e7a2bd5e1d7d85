/**
 * `partita/health`: liveness and readiness over HTTP, by the progress of each partition.
 *
 * @module
 */
export type { HealthReport, PartitionProgress } from './report.ts';
export { type HealthOptions, type HealthServer, serveHealth } from './serve-health.ts';
