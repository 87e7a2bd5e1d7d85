import type { Meter, MetricOptions } from '@opentelemetry/api';
import { memory } from '../../src/backends/memory/index.ts';
import { partita } from '../../src/index.ts';
import { openTelemetry } from '../../src/telemetry/index.ts';

/** The metrics that a meter is asked for. */
export function metricsTable(): string {
  const rows: string[] = [];
  const note =
    (kind: string) =>
    (name: string, { unit = '', description = '' }: MetricOptions = {}): object => {
      rows.push(`| \`${name}\` | ${kind} | ${unit} | ${description} |`);
      return { addCallback() {}, removeCallback() {} };
    };
  const meter = {
    createObservableCounter: note('counter'),
    createObservableGauge: note('gauge'),
    createHistogram: note('histogram'),
    addBatchObservableCallback() {},
    removeBatchObservableCallback() {},
  } as unknown as Meter;
  openTelemetry({ metrics: { getMeter: () => meter } }).observe(partita({ backend: memory() }))();
  return ['| Metric | Kind | Unit | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
