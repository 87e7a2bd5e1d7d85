import { EventHubProducerClient } from '@azure/event-hubs';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import {
  type App,
  type ConsumerRecord,
  partita,
  silentLogger,
  stopPartition,
} from '../../src/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { openTelemetry } from '../../src/telemetry/index.ts';
import { broker, headersOf, type TestBroker } from '../../src/testing/index.ts';
import { quickRetries, readEvents } from '../support/event-hubs/read-events.ts';
import { until } from '../support/until.ts';

const exporter = new InMemorySpanExporter();
const topics = ['kafka', 'eventhubs', 'both'].flatMap((name) => [
  `orders-${name}`,
  `bills-${name}`,
]);
/** One with both listeners. */
let local: TestBroker;

beforeAll(async () => {
  const processor = new SimpleSpanProcessor({ exporter });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
  local = await broker({
    topics: [...topics, 'foreign-kafka', 'foreign-eventhubs'],
    eventHubs: true,
  });
});
afterEach(() => exporter.reset());
afterAll(async () => {
  context.disable();
  propagation.disable();
  trace.disable();
  await local.close();
});

const backends = {
  kafka: () => kafka(local.kafka.partita),
  eventhubs: () =>
    eventHubs({
      connectionString: local.eventHubs.connectionString,
      checkpoints: memoryCheckpointStore(realClock),
    }),
};

function appOn(backend: keyof typeof backends): App {
  const telemetry = openTelemetry({ metrics: false, conventions: 'messaging' });
  return partita({ backend: backends[backend](), logger: silentLogger, telemetry });
}

function reading(app: App, topic: string, handle: (record: ConsumerRecord) => unknown): App {
  return app.consume(topic, { group: topic, onError: stopPartition(), handle });
}

const named = (name: string): ReadableSpan | undefined =>
  exporter.getFinishedSpans().find((span) => span.name === name);

/** From a span to the one it began in, and so on. */
function ancestors(name: string): readonly string[] {
  const spans = new Map(
    exporter.getFinishedSpans().map((span) => [span.spanContext().spanId, span]),
  );
  const names: string[] = [];
  let span = named(name);
  while (span !== undefined) {
    names.push(span.name);
    span = spans.get(span.parentSpanContext?.spanId ?? '');
  }
  return names;
}

/** Sends within a span of the application, as a request handler would. */
async function order(app: App, topic: string): Promise<void> {
  await trace.getTracer('shop').startActiveSpan('POST /orders', async (span) => {
    await app.producer().send(topic, { key: 'k', value: 'one' });
    span.end();
  });
}

const written = (span: ReadableSpan | undefined): string => {
  const { traceId = '', spanId = '' } = span?.spanContext() ?? {};
  return `00-${traceId}-${spanId}-01`;
};

async function headersOnKafka(topic: string): Promise<Record<string, string>> {
  const client = new Kafka({ ...local.kafka.kafkaJs, logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `look-${topic}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const read = Promise.withResolvers<Record<string, string>>();
  await consumer.run({
    eachMessage: async ({ message: { headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      read.resolve(Object.fromEntries(texts));
    },
  });
  const headers = await read.promise;
  await consumer.disconnect();
  return headers;
}

async function headersOnEventHubs(hub: string): Promise<Record<string, unknown>> {
  const [event] = await readEvents(local.eventHubs.connectionString, { hub, count: 1 });
  return event?.properties ?? {};
}

const wires = { kafka: headersOnKafka, eventhubs: headersOnEventHubs };

describe.each(['kafka', 'eventhubs'] as const)('a trace on %s', (backend) => {
  const [orders, bills] = [`orders-${backend}`, `bills-${backend}`];

  it('goes from the producer over the handler and what it publishes to the next handler, in W3C headers', async () => {
    await using app = appOn(backend);
    const seen: ConsumerRecord[] = [];
    app.consume(orders, {
      group: 'billing',
      onError: stopPartition(),
      handle: ({ key }, { publish }) => publish(bills, { key, value: 'bill' }),
    });
    reading(app, bills, (record) => seen.push(record));
    await app.start();
    await order(app, orders);
    await until('the bill is read', () => named(`process ${bills}`) !== undefined);
    const path = [`process ${bills}`, `send ${bills}`, `process ${orders}`, `send ${orders}`];
    expect(ancestors(`process ${bills}`)).toEqual([...path, 'POST /orders']);
    const traces = exporter.getFinishedSpans().map((span) => span.spanContext().traceId);
    expect(new Set(traces).size).toBe(1);
    expect(headersOf(seen[0] ?? {}).traceparent).toBe(written(named(`send ${bills}`)));
    // As a client of another make finds it on the wire.
    expect(await wires[backend](orders)).toEqual({
      traceparent: written(named(`send ${orders}`)),
    });
    expect(named(`process ${orders}`)?.attributes['messaging.system']).toBe(backend);
  });
});

it('goes on from one broker to the other, and from one protocol to the other', async () => {
  await using onKafka = appOn('kafka');
  await using onEventHubs = appOn('eventhubs');
  reading(onKafka, 'orders-both', ({ key }) =>
    onEventHubs.producer().send('bills-both', { key, value: 'bill' }),
  );
  reading(onEventHubs, 'bills-both', () => {});
  await Promise.all([onKafka.start(), onEventHubs.start()]);
  await order(onKafka, 'orders-both');
  await until('the bill is read', () => named('process bills-both') !== undefined);
  expect(ancestors('process bills-both')).toEqual([
    'process bills-both',
    'send bills-both',
    'process orders-both',
    'send orders-both',
    'POST /orders',
  ]);
});

describe('a record of another client continues the trace of its header', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const traceparent = `00-${traceId}-${spanId}-01`;
  const senders = {
    kafka: async () => {
      const client = new Kafka({ ...local.kafka.kafkaJs, logLevel: logLevel.NOTHING });
      const producer = client.producer();
      await producer.connect();
      const messages = [{ value: 'one', headers: { traceparent } }];
      await producer.send({ topic: 'foreign-kafka', messages });
      await producer.disconnect();
    },
    eventhubs: async () => {
      const { connectionString } = local.eventHubs;
      const hub = 'foreign-eventhubs';
      const producer = new EventHubProducerClient(connectionString, hub, quickRetries);
      await producer.sendBatch([{ body: 'one', properties: { traceparent } }]);
      await producer.close();
    },
  };

  it.each([
    ['KafkaJS', 'kafka', 'kafka'],
    ['the SDK of Event Hubs', 'eventhubs', 'eventhubs'],
    ['KafkaJS, read over AMQP', 'kafka', 'eventhubs'],
    ['the SDK of Event Hubs, read over Kafka', 'eventhubs', 'kafka'],
  ] as const)('%s', async (_, sender, reader) => {
    await using app = appOn(reader);
    const topic = `foreign-${sender}`;
    reading(app, topic, () => {});
    await senders[sender]();
    await app.start();
    await until('it is handled', () => named(`process ${topic}`) !== undefined);
    const span = named(`process ${topic}`);
    expect(span?.spanContext().traceId).toBe(traceId);
    expect(span?.parentSpanContext).toMatchObject({ spanId, isRemote: true });
  });
});
