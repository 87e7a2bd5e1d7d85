import type { AppConfig } from '../config/index.ts';
import type { Telemetry } from '../core/index.ts';
import { atKey } from './at-key.ts';

/** What section `telemetry` asks for, and the endpoint that serves it. */
export interface ServedTelemetry extends AsyncDisposable {
  /** Undefined: nothing is watched. */
  readonly telemetry: Telemetry | undefined;
  /** Where Prometheus finds metrics. */
  readonly metricsUrl: string | undefined;
}

/**
 * Spans and metrics as the configuration says.
 *
 * @throws PartitaError `INVALID_CONFIG` when the port for Prometheus is taken, `MISSING_PEER` without a package that is needed.
 */
export async function telemetryOf({ telemetry: section }: AppConfig): Promise<ServedTelemetry> {
  if (section === undefined) return served(undefined);
  const { openTelemetry, prometheusEndpoint } = await import('../telemetry/index.ts');
  const { traces = false, metrics = false, prometheus } = section;
  const parts: Telemetry[] = [];
  if (traces || metrics) parts.push(openTelemetry({ traces, metrics }));
  if (prometheus === undefined) return served(together(parts));
  const key = 'telemetry.prometheus.port';
  const endpoint = await atKey(key, () => prometheusEndpoint(prometheus));
  parts.push(openTelemetry({ traces: false, metrics: endpoint.meterProvider }));
  return served(together(parts), endpoint);
}

function served(
  telemetry: Telemetry | undefined,
  endpoint?: { readonly url: string; close(): Promise<void> },
): ServedTelemetry {
  return {
    telemetry,
    metricsUrl: endpoint?.url,
    [Symbol.asyncDispose]: async () => endpoint?.close(),
  };
}

function together(parts: readonly Telemetry[]): Telemetry | undefined {
  if (parts.length === 0) return undefined;
  return {
    middleware: parts.flatMap(({ middleware }) => middleware),
    observe(app) {
      const ends = parts.map((part) => part.observe(app));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
