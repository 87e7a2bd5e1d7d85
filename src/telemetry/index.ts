/**
 * `partita/telemetry`: spans and metrics through the OpenTelemetry API, with the package @opentelemetry/api; an endpoint for
 * Prometheus besides, with @opentelemetry/sdk-metrics and @opentelemetry/exporter-prometheus.
 *
 * @module
 */
export type { Conventions } from './conventions.ts';
export { type OpenTelemetryOptions, openTelemetry } from './open-telemetry.ts';
export {
  type PrometheusEndpoint,
  type PrometheusOptions,
  prometheusEndpoint,
} from './prometheus.ts';
