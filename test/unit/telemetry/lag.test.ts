import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import { type App, partita, silentLogger, stopPartition } from '../../../src/index.ts';
import { openTelemetry, prometheusEndpoint } from '../../../src/telemetry/index.ts';
import { testApp } from '../../../src/testing/index.ts';
import { until } from '../../support/until.ts';

/** An SDK as programs set it up: cumulative. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** The points of a metric, by partition or consumer. */
  async points(metric: string): Promise<Readonly<Record<string, unknown>>> {
    const { resourceMetrics } = await this.collect();
    const found = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === metric);
    return Object.fromEntries(
      (found?.dataPoints ?? []).map(({ attributes, value }) => [
        attributes['messaging.destination.partition.id'] ?? attributes['partita.consumer'],
        value,
      ]),
    );
  }
}

function sdk(): { readonly reader: Reader; readonly metrics: MeterProvider } {
  const reader = new Reader();
  return { reader, metrics: new MeterProvider({ readers: [reader] }) };
}

const billing = (metrics: MeterProvider, backend = memory()) =>
  partita({
    backend,
    logger: silentLogger,
    telemetry: openTelemetry({ traces: false, metrics }),
  }).consume('orders', {
    group: 'billing',
    drainTimeoutMs: 10,
    onError: stopPartition(),
    handle({ value }) {
      if (String(value) === 'bad') throw new Error('no money');
    },
  });

describe('the lag of a partition', () => {
  it('is known before anything was read, and grows while nothing is read', async () => {
    const { reader, metrics } = sdk();
    await using t = await testApp(billing(metrics), { topics: { orders: 3 } });
    expect(await reader.points('partita.partition.lag')).toEqual({ 0: 0, 1: 0, 2: 0 });
    expect(await reader.points('partita.partition.lag.time')).toEqual({ 0: 0, 1: 0, 2: 0 });

    t.app.consumers[0]?.pause([{ topic: 'orders', partition: 1 }]);
    await t.produce('orders', { value: 'bad', partition: 0 });
    await t.advance(1_000);
    const values = Array.from({ length: 10 }, () => ({ value: 'x' }));
    await t.produce(
      'orders',
      values.map((one) => ({ ...one, partition: 0 })),
    );
    await t.produce(
      'orders',
      values.map((one) => ({ ...one, partition: 1 })),
    );
    await t.advance(6_000);
    expect(await reader.points('partita.partition.lag')).toEqual({ 0: 11, 1: 10, 2: 0 });
    await t.advance(10_000);
    const times = await reader.points('partita.partition.lag.time');
    expect(times[0]).toBeGreaterThanOrEqual(16);
    // Nothing of it was read: it counts from when it was seen to be there.
    expect(times[1]).toBe(10);
    expect(times[2]).toBe(0);

    await t.app.consumers[0]?.resume([{ topic: 'orders', partition: 1 }]);
    await t.advance(1_000);
    expect(await reader.points('partita.partition.lag')).toEqual({ 0: 11, 1: 0, 2: 0 });
    expect(await reader.points('partita.partition.lag.time')).toMatchObject({ 1: 0, 2: 0 });
  });

  it('of a record without a timestamp counts from when it came', async () => {
    const { reader, metrics } = sdk();
    await using t = await testApp(billing(metrics), { topics: { orders: 1 } });
    await t.produce('orders', { value: 'bad', timestampMs: 0 });
    await t.advance(3_000);
    expect(await reader.points('partita.partition.lag.time')).toEqual({ 0: 3 });
  });
});

describe('partitions that another process has now', () => {
  const move = async (metrics: MeterProvider): Promise<App[]> => {
    const backend = memory({ topics: { orders: 2 } });
    const first = billing(metrics, backend);
    await first.start();
    await first.producer().send('orders', { value: 'bad', partition: 1 });
    await until('it stands', () => !first.health().ok);
    const second = partita({ backend, logger: silentLogger }).consume('orders', {
      group: 'billing',
      onError: stopPartition(),
      handle: () => new Promise(() => {}),
      drainTimeoutMs: 10,
    });
    return [first, second];
  };

  it('are told of no more by the endpoint for Prometheus', async () => {
    await using prometheus = await prometheusEndpoint({ port: 0, host: '127.0.0.1' });
    const [first, second] = await move(prometheus.meterProvider as MeterProvider);
    const partitions = async () => {
      const text = await (await fetch(prometheus.url)).text();
      return [...text.matchAll(/^partita_partition_lag\{.*partition_id="(\d)"/gm)].map(
        ([, id]) => id,
      );
    };
    expect(await partitions()).toEqual(['0', '1']);
    await second?.start();
    await until('one has moved', () => first?.health().consumers[0]?.partitions.length === 1);
    expect(await partitions()).toHaveLength(1);
    await Promise.all([first?.stop(), second?.stop()]);
    expect(await partitions()).toEqual([]);
  });

  it('end with 0 for an SDK that repeats what it was told last', async () => {
    const { reader, metrics } = sdk();
    const [first, second] = await move(metrics);
    expect(await reader.points('partita.partition.lag')).toEqual({ 0: 0, 1: 1 });
    await second?.start();
    await until('one has moved', () => first?.health().consumers[0]?.partitions.length === 1);
    await first?.stop();
    expect(await reader.points('partita.partition.lag')).toEqual({ 0: 0, 1: 0 });
    expect(await reader.points('partita.consumer.problems')).toEqual({ billing: 0 });
    await second?.stop();
  });
});

it('counts members of a group in one process together, and consumers of other applications apart', async () => {
  const { reader, metrics } = sdk();
  const backend = memory({ topics: { orders: 2 } });
  const members = [billing(metrics, backend), billing(metrics, backend)];
  const audit = partita({
    backend,
    logger: silentLogger,
    telemetry: openTelemetry({ traces: false, metrics }),
  }).consume('orders', { group: 'audit', onError: stopPartition(), handle: () => {} });
  const apps = [...members, audit];
  await Promise.all(apps.map((app) => app.start()));
  await members[0]?.producer().send('orders', [
    { value: 'a', partition: 0 },
    { value: 'b', partition: 1 },
    { value: 'c', partition: 1 },
  ]);
  const handled = () => reader.points('partita.consumer.handled');
  await until('all are handled', async () => {
    const { billing: one, audit: other } = await handled();
    return one === 3 && other === 3;
  });
  expect(await handled()).toEqual({ billing: 3, audit: 3 });
  await members[1]?.stop();
  await Promise.all(apps.map((app) => app.stop()));
});
