import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import {
  type App,
  type Cancel,
  type Clock,
  type ConsumerStatus,
  formatPartition,
  type PartitionStatus,
} from '../core/index.ts';
import { DrainEstimate } from './drain-estimate.ts';
import { observeDurations } from './durations.ts';
import {
  consumerCounters,
  consumerGauges,
  type Instrument,
  partitionGauges,
} from './instruments.ts';

/** An instrument that was made, with how it is read. */
interface Made<From> {
  readonly observable: Observable;
  readonly read: Instrument<From>['read'];
}

/**
 * Tells a meter of an application. Counts and places are read off when the meter collects, so that a record costs nothing;
 * durations of commits and rebalances come from events.
 */
export function observeMetrics(meter: Meter, clock: Clock, app: App): Cancel {
  const metrics = new AppMetrics(meter, clock, app);
  const observables = metrics.observables();
  const collect = (result: BatchObservableResult) => metrics.collect(result);
  meter.addBatchObservableCallback(collect, observables);
  const stopDurations = observeDurations(meter, clock, app);
  return () => {
    stopDurations();
    meter.removeBatchObservableCallback(collect, observables);
  };
}

class AppMetrics {
  readonly #app: App;
  readonly #clock: Clock;
  readonly #counters: readonly Made<ConsumerStatus>[];
  readonly #gauges: readonly Made<ConsumerStatus>[];
  readonly #places: readonly Made<PartitionStatus>[];
  readonly #drainTime: Observable;
  /** Consumer and partition → how its lag has been going. */
  #drains = new Map<string, DrainEstimate>();

  constructor(meter: Meter, clock: Clock, app: App) {
    this.#app = app;
    this.#clock = clock;
    const gauge = <From>({ name, read, ...about }: Instrument<From>): Made<From> => ({
      observable: meter.createObservableGauge(name, about),
      read,
    });
    this.#counters = consumerCounters.map(({ name, read, ...about }) => ({
      observable: meter.createObservableCounter(name, about),
      read,
    }));
    this.#gauges = consumerGauges.map(gauge);
    this.#places = partitionGauges.map(gauge);
    this.#drainTime = meter.createObservableGauge('partita.partition.drain.time', {
      unit: 's',
      description:
        'Until the lag is gone, if it goes on shrinking as in the last minute; absent when it does not.',
    });
  }

  observables(): Observable[] {
    const made = [...this.#counters, ...this.#gauges, ...this.#places];
    return [...made.map(({ observable }) => observable), this.#drainTime];
  }

  collect(result: BatchObservableResult): void {
    const drains = new Map<string, DrainEstimate>();
    for (const consumer of this.#app.health().consumers) {
      const about = consumerAttributes(consumer);
      tell(result, [...this.#counters, ...this.#gauges], consumer, about);
      for (const partition of consumer.partitions) {
        const where = {
          ...about,
          'messaging.destination.name': partition.topic,
          'messaging.destination.partition.id': String(partition.partition),
        };
        tell(result, this.#places, partition, where);
        const name = `${consumer.name} ${formatPartition(partition)}`;
        const drain = this.#drains.get(name) ?? new DrainEstimate();
        drains.set(name, drain);
        if (partition.lag === undefined) continue;
        const drainMs = drain.look(partition.lag, this.#clock.now());
        if (drainMs !== undefined) result.observe(this.#drainTime, drainMs / 1_000, where);
      }
    }
    // Those of partitions that have moved on are forgotten.
    this.#drains = drains;
  }
}

export function consumerAttributes({ name, group }: { name: string; group?: string }): Attributes {
  return {
    'partita.consumer': name,
    ...(group !== undefined && { 'messaging.consumer.group.name': group }),
  };
}

function tell<From>(
  result: BatchObservableResult,
  made: readonly Made<From>[],
  from: From,
  attributes: Attributes,
): void {
  for (const { observable, read } of made) {
    const value = read(from);
    if (value !== undefined) result.observe(observable, value, attributes);
  }
}
