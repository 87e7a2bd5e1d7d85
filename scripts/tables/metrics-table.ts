import type { Meter, MetricOptions } from '@opentelemetry/api';
import { memory } from '../../src/backends/memory/index.ts';
import { partita } from '../../src/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { observeMetrics } from '../../src/telemetry/metrics.ts';

/** The metrics that a meter is asked for. */
export function metricsTable(): string {
  const rows: string[] = [];
  const note =
    (kind: string) =>
    (name: string, { unit = '', description = '' }: MetricOptions = {}): object => {
      rows.push(`| \`${name}\` | ${kind} | ${unit} | ${description} |`);
      return {};
    };
  const meter = {
    createObservableCounter: note('counter'),
    createObservableGauge: note('gauge'),
    createHistogram: note('histogram'),
    addBatchObservableCallback() {},
    removeBatchObservableCallback() {},
  } as unknown as Meter;
  observeMetrics(meter, realClock, partita({ backend: memory() }))();
  return ['| Metric | Kind | Unit | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
