import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import { type App, deadLetter, partita, retry, text } from '../../../src/index.ts';
import { throttle } from '../../../src/middleware/index.ts';
import { realClock } from '../../../src/system/real-clock.ts';
import { openTelemetry } from '../../../src/telemetry/index.ts';
import { headersOf, type TestApp, testApp } from '../../../src/testing/index.ts';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
});
afterEach(() => exporter.reset());
afterAll(() => {
  context.disable();
  propagation.disable();
  trace.disable();
});

const traceparents = ['a', 'b', 'c'].map(
  (id) => `00-0af7651916cd43dd8448eb211c80319c-${id.padStart(16, '0')}-01`,
);

function app(): App {
  return partita({
    backend: memory(),
    clientId: 'shop',
    telemetry: openTelemetry({ metrics: false, conventions: 'messaging' }),
  });
}

function spans(): readonly ReadableSpan[] {
  return exporter.getFinishedSpans();
}

function named(name: string): ReadableSpan {
  const found = spans().find((span) => span.name === name);
  if (found === undefined)
    throw new Error(
      `no span ${name}, but ${spans()
        .map((span) => span.name)
        .join(', ')}`,
    );
  return found;
}

/** Writes through the application itself, so that the write has a span, too. */
async function produced(test: TestApp, declared: App, value: string): Promise<void> {
  await declared.producer().send('orders', { key: 'k', value });
  await test.idle();
}

describe('tracing', () => {
  it('carries one trace from a write through the handler that publishes to the next handler', async () => {
    const declared = app()
      .consume('orders', {
        group: 'billing',
        onError: deadLetter('dead'),
        value: text(),
        async handle(value, { publish }) {
          await publish('bills', { value });
        },
      })
      .consume('bills', { group: 'mail', onError: deadLetter('dead'), handle: () => {} });
    await using test = await testApp(declared);
    await produced(test, declared, 'a');
    const chain = ['send orders', 'process orders', 'send bills', 'process bills'].map(named);
    const traces = new Set(chain.map((span) => span.spanContext().traceId));
    expect(traces.size).toBe(1);
    for (const [index, span] of chain.entries())
      expect(span.parentSpanContext?.spanId).toBe(chain[index - 1]?.spanContext().spanId);
    expect(named('process orders')).toMatchObject({
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'memory',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders',
        'messaging.consumer.group.name': 'billing',
        'messaging.client.id': expect.any(String),
        'messaging.kafka.offset': 0,
        'partita.attempt': 1,
      },
    });
    expect(named('send orders').kind).toBe(SpanKind.PRODUCER);
  });

  it('links the span of a batch to the writes of its records', async () => {
    const declared = app().consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      batch: { maxRecords: 10, maxWaitMs: 100 },
      handleBatch: () => {},
    });
    await using test = await testApp(declared);
    const producer = declared.producer();
    await producer.send('orders', { key: 'k', value: 'a' });
    await producer.send('orders', { key: 'k', value: 'b' });
    await test.idle();
    const batch = named('process orders');
    const writes = spans().filter(({ name }) => name === 'send orders');
    expect(batch.attributes['messaging.batch.message_count']).toBe(2);
    expect(batch.parentSpanContext).toBeUndefined();
    expect(batch.links.map((link) => link.context.spanId)).toEqual(
      writes.map((span) => span.spanContext().spanId),
    );
  });

  it('records what failed, each try in a span of its own, and leaves the record of a dead letter as it was', async () => {
    const declared = app().consume('orders', {
      group: 'billing',
      onError: retry({ attempts: 2, firstDelayMs: 1 }).otherwise(deadLetter('dead')),
      handle() {
        throw new TypeError('no money');
      },
    });
    await using test = await testApp(declared);
    await produced(test, declared, 'a');
    const tries = spans().filter(({ name }) => name === 'process orders');
    expect(tries.map(({ attributes }) => attributes['partita.attempt'])).toEqual([1, 2]);
    for (const span of tries) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no money' });
      expect(span.attributes['error.type']).toBe('TypeError');
      expect(span.events.map(({ name }) => name)).toEqual(['exception']);
    }
    expect(named('send dead').attributes).toMatchObject({ 'partita.origin': 'deadLetter' });
    const [letter] = test.deadLetters();
    const carried = letter?.record.headers
      .find(({ name }) => name === 'traceparent')
      ?.value?.toString();
    expect(carried).toContain(named('send orders').spanContext().spanId);
  });

  it('replaces trace context that a record was read with', async () => {
    const declared = app().consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      async handle(record, { publish }) {
        await publish('copies', record);
      },
    });
    await using test = await testApp(declared);
    await produced(test, declared, 'a');
    const [copy] = test.records('copies');
    const carried = copy?.headers.filter(({ name }) => name === 'traceparent') ?? [];
    expect(carried.map(({ value }) => value?.toString())).toEqual([
      expect.stringContaining(named('send copies').spanContext().spanId),
    ]);
  });

  it('does not call a failure what a throttle lets go when its partition moves', async () => {
    const telemetry = openTelemetry({ metrics: false });
    const declared = partita({ backend: memory(), telemetry }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      middleware: [throttle({ perSecond: 1, burst: 1 })],
      handle: () => {},
    });
    const test = await testApp(declared);
    await test.produce('orders', [{ value: 'a' }, { value: 'b' }]);
    await test.until(() => test.handled().length === 1, 'the first to be handled');
    await test.stop();
    const [, left] = spans();
    expect(left?.status.code).toBe(SpanStatusCode.UNSET);
    expect(left?.events.map(({ name }) => name)).toEqual(['left for later']);
  });

  it.for([null, 5, { value: 'x', headers: null }])(
    'leaves it to the producer to refuse what is no record: %o',
    async (record) => {
      await using test = await testApp(app());
      await expect(test.app.producer().send('orders', record as never)).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
      });
      expect(named('send orders').status.code).toBe(SpanStatusCode.ERROR);
    },
  );

  it('keeps what handlers beyond the budget publish in the trace of their record', async () => {
    const telemetry = openTelemetry({
      metrics: false,
      maxSpansPerSecond: 1,
      clock: { ...realClock, now: () => 0 },
    });
    const declared = partita({ backend: memory(), telemetry }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle: (_, { publish }) => publish('bills', { value: 'x' }),
    });
    await using test = await testApp(declared);
    const orders = traceparents.map((traceparent) => ({ value: 'a', headers: { traceparent } }));
    for (const order of orders) await test.produce('orders', order);
    await test.idle();
    // The first handler took the only span: its write continues that one, all others what wrote their records.
    const [handled] = spans();
    expect(spans().map(({ name }) => name)).toEqual(['orders process']);
    expect(handled?.parentSpanContext?.spanId).toBe('000000000000000a');
    const { traceId = '', spanId = '' } = handled?.spanContext() ?? {};
    expect(test.records('bills').map((bill) => headersOf(bill).traceparent)).toEqual([
      `00-${traceId}-${spanId}-01`,
      ...traceparents.slice(1),
    ]);
  });

  it('links what a batch beyond the budget publishes to the writes of its records', async () => {
    let nowMs = 0;
    const clock = { ...realClock, now: () => nowMs };
    const telemetry = openTelemetry({ metrics: false, maxSpansPerSecond: 1, clock });
    const declared = partita({ backend: memory(), telemetry });
    declared.consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      batch: { maxRecords: 3 },
      async handleBatch(_, { publish }) {
        nowMs += 1_000;
        await publish('bills', { value: 'x' });
      },
    });
    await using test = await testApp(declared);
    // Takes the only span there is at that time.
    await declared.producer().send('dead', { value: 'a' });
    await test.produce(
      'orders',
      traceparents.map((traceparent) => ({ value: 'a', headers: { traceparent } })),
    );
    await test.idle();
    expect(named('bills publish').links.map(({ context }) => context.spanId)).toEqual([
      '000000000000000a',
      '000000000000000b',
      '000000000000000c',
    ]);
  });

  it('continues the trace of what an SDK of Azure has sent, also when it is read over Kafka', async () => {
    const declared = app().consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle: () => {},
    });
    await using test = await testApp(declared);
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const amqp = Buffer.concat([Buffer.from([0xa1, parent.length]), Buffer.from(parent)]);
    for (const value of [parent, amqp]) {
      exporter.reset();
      await test.produce('orders', { value: 'a', headers: { 'Diagnostic-Id': value } });
      await test.idle();
      expect(named('process orders').parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    }
  });

  it('takes records of others without context, and with damaged context, as beginnings', async () => {
    const declared = app().consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle: () => {},
    });
    await using test = await testApp(declared);
    await test.produce('orders', { value: 'a', headers: { traceparent: 'rubbish' } });
    await test.idle();
    expect(named('process orders').parentSpanContext).toBeUndefined();
    expect(trace.getSpanContext(ROOT_CONTEXT)).toBeUndefined();
  });

  it('tells a provider that is set after the application was declared', async () => {
    trace.disable();
    const declared = app().consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle: () => {},
    });
    trace.setGlobalTracerProvider(provider);
    await using test = await testApp(declared);
    await test.produce('orders', { value: 'a' });
    await test.idle();
    expect(named('process orders').kind).toBe(SpanKind.CONSUMER);
  });

  it('uses the names that dashboards know, unless the newer ones are asked for', async () => {
    const telemetry = openTelemetry({ metrics: false });
    const declared = partita({ backend: memory(), telemetry }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle: () => {},
    });
    await using test = await testApp(declared);
    await produced(test, declared, 'a');
    expect(named('orders publish').attributes['messaging.operation']).toBe('publish');
    expect(named('orders process').attributes).toMatchObject({
      'messaging.operation': 'process',
      'messaging.kafka.consumer.group': 'billing',
      'messaging.kafka.message.offset': 0,
    });
  });
});
