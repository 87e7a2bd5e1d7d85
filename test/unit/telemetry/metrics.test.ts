import { expect, it, vi } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import { type App, deadLetter, partita, retry, silentLogger } from '../../../src/index.ts';
import { openTelemetry, prometheusEndpoint } from '../../../src/telemetry/index.ts';
import { loadApi } from '../../../src/telemetry/load-api.ts';
import { until } from '../../support/until.ts';

async function scrape(url: string): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      const name = line
        .slice(0, at)
        .replaceAll(/otel_scope_\w+="[^"]*",?/g, '')
        .replace(',}', '}');
      return [name, Number(line.slice(at + 1))];
    }),
  );
}

it('serves what became of records, how far partitions are behind, and how long commits and rebalances take', async () => {
  await using prometheus = await prometheusEndpoint({ port: 0, host: '127.0.0.1' });
  const hangs = Promise.withResolvers<void>();
  await using app: App = partita({
    backend: memory({ topics: { orders: 2, dead: 1 } }),
    logger: silentLogger,
    telemetry: openTelemetry({ traces: false, metrics: prometheus.meterProvider }),
  }).consume('orders', {
    group: 'billing',
    commit: { everyRecords: 1 },
    drainTimeoutMs: 10,
    onError: retry({ attempts: 2, firstDelayMs: 0 }).otherwise(deadLetter('dead')),
    handle({ value }) {
      if (value?.toString() === 'hangs') return hangs.promise;
      if (value?.toString() === 'bad') throw new Error('no money');
      return undefined;
    },
  });
  await app.start();
  await app.producer().send('orders', [
    { value: 'good', partition: 0 },
    { value: 'bad', partition: 0 },
    { value: 'hangs', partition: 1 },
    { value: 'waits', partition: 1 },
  ]);
  const of = (name: string, partition?: number) =>
    partition === undefined
      ? `${name}{partita_consumer="billing",messaging_consumer_group_name="billing"}`
      : `${name}{partita_consumer="billing",messaging_consumer_group_name="billing",messaging_destination_name="orders",messaging_destination_partition_id="${partition}"}`;
  await until('the good and the bad one are handled', async () => {
    const seen = await scrape(prometheus.url);
    return seen[of('partita_consumer_handled_total')] === 2;
  });
  const seen = await scrape(prometheus.url);
  expect(seen).toMatchObject({
    [of('partita_consumer_failed_total')]: 2,
    [of('partita_consumer_retried_total')]: 1,
    [of('partita_consumer_dead_lettered_total')]: 1,
    [of('partita_consumer_skipped_total')]: 0,
    [of('partita_consumer_rebalances_total')]: 1,
    [of('partita_consumer_problems')]: 0,
    [of('partita_partition_lag', 0)]: 0,
    [of('partita_partition_lag_time', 0)]: 0,
    [of('partita_partition_drain_time', 0)]: 0,
    [of('partita_partition_lag', 1)]: 2,
    [of('partita_partition_in_flight', 1)]: 1,
    [of('partita_partition_buffered', 1)]: 2,
  });
  expect(seen[of('partita_partition_oldest_time', 1)]).toBeGreaterThan(0);
  expect(seen[of('partita_partition_lag_time', 1)]).toBeGreaterThan(0);
  expect(seen['partita_rebalance_duration_count{partita_consumer="billing"}']).toBe(1);
  expect(seen['partita_commit_duration_count{partita_consumer="billing"}']).toBeGreaterThan(0);
  hangs.resolve();
});

it('does not look at an application any more that has stopped', async () => {
  await using prometheus = await prometheusEndpoint({ port: 0, host: '127.0.0.1' });
  const telemetry = openTelemetry({ traces: false, metrics: prometheus.meterProvider });
  const app = partita({
    backend: memory({ topics: { orders: 1 } }),
    telemetry,
    logger: silentLogger,
  });
  app.consume('orders', { group: 'billing', onError: deadLetter('dead'), handle: () => {} });
  await app.start();
  await app.producer().send('orders', { value: 'a' });
  const names = async () => Object.keys(await scrape(prometheus.url)).join();
  await until('its lag is told', async () => (await names()).includes('partita_partition_lag{'));
  await app.stop();
  const looked = vi.spyOn(app, 'health');
  await names();
  expect(looked).not.toHaveBeenCalled();
});

it('answers like a page of metrics: with its format, and for nothing but reading', async () => {
  await using prometheus = await prometheusEndpoint({ port: 0, host: '127.0.0.1' });
  const asked = async (method: string, path = '/metrics') =>
    (await fetch(new URL(path, prometheus.url), { method })).status;
  expect(
    await Promise.all([asked('GET'), asked('HEAD'), asked('POST'), asked('GET', '/')]),
  ).toEqual([200, 200, 405, 404]);
  const response = await fetch(prometheus.url);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

it('refuses options that make no sense, and names the package that is missing', async () => {
  expect(() => openTelemetry({ metrics: 1, trace: true } as never)).toThrow(
    /2|metrics is no provider/,
  );
  await expect(prometheusEndpoint({ port: -1 })).rejects.toThrow('port is -1');
  const nothing = (id: string) => {
    throw new Error(`Cannot find module '${id}'`);
  };
  expect(() => loadApi(nothing)).toThrow('Run: npm install @opentelemetry/api');
  await expect(prometheusEndpoint({ port: 0 }, nothing)).rejects.toThrow(
    'npm install @opentelemetry/api @opentelemetry/sdk-metrics @opentelemetry/exporter-prometheus',
  );
});
