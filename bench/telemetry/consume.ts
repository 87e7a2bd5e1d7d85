/**
 * Consumes what a memory broker holds, with so much work per record, and prints how long that took. One argument, as JSON.
 */
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { partita, stopPartition } from 'partita';
import { memory } from 'partita/memory';
import { openTelemetry } from 'partita/telemetry';
import { report } from '../support/task.ts';
import { type Work, work } from './work.ts';

const { mode, shape, records, loops } = JSON.parse(process.argv[2] ?? '{}') as Work;
const traces = mode === 'traces' || mode === 'both';
const metrics = mode === 'metrics' || mode === 'both';

/** Throws everything away: what is measured is our part and the SDK's. */
const exporter: SpanExporter = {
  export: (_spans, done) => done({ code: ExportResultCode.SUCCESS }),
  shutdown: () => Promise.resolve(),
};
if (traces) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const spanProcessors = [new BatchSpanProcessor({ exporter })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
}
const reader = new PrometheusExporter({ preventServerStart: true });
const meters = new MeterProvider({ readers: [reader] });

const backend = memory({ topics: { orders: 4 } });
const app = partita({
  backend,
  ...(mode !== 'off' && {
    telemetry: openTelemetry({ traces, metrics: metrics ? meters : false }),
  }),
});
await fill();

let seen = 0;
let startedAt = 0;
const done = Promise.withResolvers<void>();
const count = (more: number) => {
  if (seen === 0) startedAt = performance.now();
  seen += more;
  if (seen === records) done.resolve();
};
const common = { group: 'bench', onError: stopPartition() };
if (shape === 'record')
  app.consume('orders', {
    ...common,
    handle(record) {
      work(record, loops);
      count(1);
    },
  });
else
  app.consume('orders', {
    ...common,
    handleBatch(batch) {
      for (const record of batch) work(record, loops);
      count(batch.length);
    },
  });
// As a scraper would, only more often.
const scraping = setInterval(() => metrics && void reader.collect(), 1_000);
await app.start();
await done.promise;
report({ records, ms: performance.now() - startedAt });
clearInterval(scraping);
await app.stop();
process.exit();

/** Each record was written inside of a trace, by somebody who had telemetry on. */
async function fill(): Promise<void> {
  const writer = partita({ backend }).producer();
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const value = JSON.stringify({ id: 'order-1', total: 12.5, lines: ['a', 'b', 'c'] });
  for (let from = 0; from < records; from += 10_000)
    await writer.send(
      'orders',
      Array.from({ length: Math.min(10_000, records - from) }, (_, i) => ({
        key: `customer-${(from + i) % 1_000}`,
        value,
        headers,
      })),
    );
  await writer.close();
}
