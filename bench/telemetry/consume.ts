/**
 * A contender: a process with so much of telemetry on, given as two arguments. Each message of its parent is a turn: it consumes what a
 * memory broker holds, with so much work per record, and answers how long that took.
 */
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { type BackendDefinition, type ConsumerRecord, partita, stopPartition } from 'partita';
import { memory } from 'partita/memory';
import { openTelemetry } from 'partita/telemetry';
import { type Mode, type Shape, type Took, type Turn, work } from './work.ts';

const [mode, shape] = process.argv.slice(2) as [Mode, Shape];
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

process.on('message', (turn: Turn) => {
  void consume(turn).then((took) => process.send?.(took));
});

async function consume({ records, loops }: Turn): Promise<Took> {
  const backend = memory({ topics: { orders: 4 } });
  const app = partita({
    backend,
    ...(mode !== 'off' && {
      telemetry: openTelemetry({ traces, metrics: metrics ? meters : false }),
    }),
  });
  await fill(backend, records);
  // What the broker holds is no garbage of the consumer's, whose turn it would slow down now and then.
  globalThis.gc?.();

  let seen = 0;
  // So that no compiler leaves the work out.
  let sink = 0;
  let startedAt = 0;
  let workMs = 0;
  const done = Promise.withResolvers<Took>();
  const handle = (batch: readonly ConsumerRecord[]) => {
    const beganAt = performance.now();
    if (seen === 0) startedAt = beganAt;
    for (const record of batch) sink += work(record, loops);
    const endedAt = performance.now();
    workMs += endedAt - beganAt;
    seen += batch.length;
    if (seen === records) done.resolve({ wallMs: endedAt - startedAt, workMs });
  };
  const common = { group: 'bench', onError: stopPartition() };
  if (shape === 'record')
    app.consume('orders', {
      ...common,
      handle: (record) => handle([record]),
    });
  else
    app.consume('orders', {
      ...common,
      handleBatch: (batch) => handle(batch),
    });
  // As a scraper would, only some fifty times as often.
  const scraping = setInterval(() => metrics && void reader.collect(), 200);
  await app.start();
  const took = await done.promise;
  clearInterval(scraping);
  await app.stop();
  if (Number.isNaN(sink)) throw new Error('The work was no number.');
  return took;
}

/** Each record was written inside of a trace of its own, by somebody who had telemetry on. */
async function fill(backend: BackendDefinition, records: number): Promise<void> {
  const writer = partita({ backend }).producer();
  const value = JSON.stringify({ id: 'order-1', total: 12.5, lines: ['a', 'b', 'c'] });
  for (let from = 0; from < records; from += 10_000)
    await writer.send(
      'orders',
      Array.from({ length: Math.min(10_000, records - from) }, (_, i) => ({
        key: `customer-${(from + i) % 1_000}`,
        value,
        headers: { traceparent: traceparent(from + i) },
      })),
    );
  await writer.close();
}

function traceparent(index: number): string {
  const id = (index + 1).toString(16).padStart(16, '0');
  return `00-0af7651916cd43dd${id}-${id}-01`;
}
