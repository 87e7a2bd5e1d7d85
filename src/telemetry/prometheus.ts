import { createRequire } from 'node:module';
import type { MeterProvider } from '@opentelemetry/api';
import { InvalidConfigError, OptionCheck, PartitaError } from '../core/index.ts';
import { httpEndpoint } from '../system/http-endpoint.ts';
import type { Load } from './load-api.ts';

export interface PrometheusOptions {
  /** Port to listen on; 0 for any that is free. */
  readonly port: number;
  /** Address to listen on. @default '0.0.0.0' */
  readonly host?: string;
}

/** An endpoint that a Prometheus server scrapes. */
export interface PrometheusEndpoint extends AsyncDisposable {
  /** For `openTelemetry({ metrics })`; other instruments of the program may use it, too. */
  readonly meterProvider: MeterProvider;
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  close(): Promise<void>;
}

/** As Prometheus names it: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const format = 'text/plain; version=0.0.4; charset=utf-8';

/** Providers whose readers tell of what is there only. */
const forgetting = new WeakSet<object>();

/** Does this provider stop telling of a gauge that is not observed any more? */
export function forgetsWhatIsGone(provider: object): boolean {
  return forgetting.has(provider);
}

/**
 * Serves `GET /metrics` in the format of Prometheus, with OpenTelemetry's own exporter. Needs no other set-up of OpenTelemetry.
 *
 * ```ts
 * await using prometheus = await prometheusEndpoint({ port: 9464 });
 * const app = partita({ backend, telemetry: openTelemetry({ traces: false, metrics: prometheus.meterProvider }) });
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once; PartitaError `INVALID_CONFIG` when the port is taken,
 * `MISSING_PEER` without the packages of the exporter.
 */
export async function prometheusEndpoint(
  options: PrometheusOptions,
  load?: Load,
): Promise<PrometheusEndpoint> {
  const { port, host } = resolve(options);
  const { sdk, exporter } = loadExporter(load);
  const reader = new exporter.PrometheusExporter({ preventServerStart: true });
  const temporality = reader.selectAggregationTemporality.bind(reader);
  // Cumulative, a gauge would be told for ever that was observed once; as a delta its value is the same, while it is observed.
  reader.selectAggregationTemporality = (instrument) =>
    instrument === sdk.InstrumentType.OBSERVABLE_GAUGE
      ? sdk.AggregationTemporality.DELTA
      : temporality(instrument);
  const meterProvider = new sdk.MeterProvider({ readers: [reader] });
  forgetting.add(meterProvider);
  const what = 'The endpoint for Prometheus';
  const serializer = new exporter.PrometheusSerializer();
  const collect = async () => serializer.serialize((await reader.collect()).resourceMetrics);
  const endpoint = await httpEndpoint(what, { port, host }, ({ method, url }, response) => {
    if (url?.split('?', 1)[0] !== '/metrics') response.writeHead(404).end('ask for /metrics\n');
    else if (method === 'GET' || method === 'HEAD')
      collect().then(
        (text) => response.writeHead(200, { 'content-type': format }).end(text),
        (error) => response.writeHead(500).end(`nothing was collected: ${String(error)}\n`),
      );
    else response.writeHead(405, { allow: 'GET, HEAD' }).end(`${method} is not served; use GET\n`);
  });
  const close = async () => {
    await endpoint.close();
    await meterProvider.shutdown();
  };
  return {
    meterProvider,
    url: `${endpoint.url}/metrics`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function loadExporter(load: Load = createRequire(import.meta.url)) {
  try {
    return {
      sdk: load('@opentelemetry/sdk-metrics') as typeof import('@opentelemetry/sdk-metrics'),
      exporter: load(
        '@opentelemetry/exporter-prometheus',
      ) as typeof import('@opentelemetry/exporter-prometheus'),
    };
  } catch (cause) {
    const packages =
      '@opentelemetry/api @opentelemetry/sdk-metrics @opentelemetry/exporter-prometheus';
    throw new PartitaError(
      'MISSING_PEER',
      `The endpoint for Prometheus needs packages that could not be loaded. Run: npm install ${packages}`,
      { cause },
    );
  }
}

function resolve(options: PrometheusOptions): Required<PrometheusOptions> {
  const check = new OptionCheck();
  const given: Partial<PrometheusOptions> = check.object('options', options);
  check.known('', given, ['port', 'host']);
  const port = check.count('port', given.port, 0);
  if (port > 65_535) check.problem(`port is ${port}, expected a number from 0 to 65535`);
  check.optionalText('host', given.host);
  if (check.problems.length > 0) throw new InvalidConfigError('Prometheus options', check.problems);
  return { port, host: given.host ?? '0.0.0.0' };
}
