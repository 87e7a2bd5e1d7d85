import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import type { App, Cancel, Clock, ConsumerStatus, PartitionStatus } from '../core/index.ts';
import { DrainEstimate } from './drain-estimate.ts';
import { observeDurations } from './durations.ts';
import {
  consumerCounters,
  consumerGauges,
  type Instrument,
  partitionGauges,
} from './instruments.ts';
import { LogEnds } from './log-ends.ts';

/** An instrument that was made, with how it is read. */
interface Made<From> {
  readonly observable: Observable;
  readonly read: Instrument<From>['read'];
}

/** An application that is told of. */
interface Watched {
  readonly app: App;
  readonly clock: Clock;
  readonly ends: LogEnds;
  /** Consumer and partition → how its lag has been going. */
  drains: Map<string, DrainEstimate>;
}

/** Attributes that were observed, by themselves in one text. */
interface Told {
  readonly consumers: Map<string, Attributes>;
  readonly partitions: Map<string, Attributes>;
}

export interface MetricsOptions {
  readonly clock: Clock;
  /** The SDK goes on telling of what was told of once. @default true, as SDKs of JavaScript do */
  readonly keepsTelling?: boolean;
}

/** What was made of a meter: applications of a process share it, as they share the names. */
const made = new WeakMap<Meter, AppsMetrics>();

/**
 * Tells a meter of an application. Counts and places are read off when the meter collects, so that a record costs nothing;
 * durations of commits and rebalances come from events.
 */
export function observeMetrics(meter: Meter, options: MetricsOptions, app: App): Cancel {
  const { clock, keepsTelling = true } = options;
  const metrics = made.get(meter) ?? new AppsMetrics(meter, keepsTelling);
  made.set(meter, metrics);
  const leave = metrics.watch(app, clock);
  const stopDurations = observeDurations(meter, clock, app);
  return () => {
    stopDurations();
    leave();
  };
}

class AppsMetrics {
  readonly #meter: Meter;
  readonly #keepsTelling: boolean;
  readonly #watched = new Set<Watched>();
  readonly #counters: readonly Made<ConsumerStatus>[];
  readonly #gauges: readonly Made<ConsumerStatus>[];
  readonly #places: readonly Made<PartitionStatus>[];
  readonly #drainTime: Observable;
  readonly #observables: Observable[];
  /** In the last collection. */
  #told: Told = {
    consumers: new Map<string, Attributes>(),
    partitions: new Map<string, Attributes>(),
  };
  #listens = false;

  constructor(meter: Meter, keepsTelling: boolean) {
    this.#meter = meter;
    this.#keepsTelling = keepsTelling;
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
    const all = [...this.#counters, ...this.#gauges, ...this.#places];
    this.#observables = [...all.map(({ observable }) => observable), this.#drainTime];
  }

  watch(app: App, clock: Clock): Cancel {
    const watched: Watched = { app, clock, ends: new LogEnds(app, clock), drains: new Map() };
    this.#watched.add(watched);
    if (!this.#listens) this.#meter.addBatchObservableCallback(this.#collect, this.#observables);
    this.#listens = true;
    return () => {
      this.#watched.delete(watched);
      // Else it listens once more, to say that it is over.
      if (!this.#keepsTelling) this.#deafenIfAlone();
    };
  }

  readonly #collect = async (result: BatchObservableResult): Promise<void> => {
    await Promise.all([...this.#watched].map(({ ends }) => ends.learn()));
    const before = this.#told;
    this.#told = { consumers: new Map(), partitions: new Map() };
    const consumers: ConsumerStatus[] = [];
    for (const one of this.#watched) consumers.push(...this.#tellPartitions(result, one));
    this.#tellConsumers(result, consumers);
    if (this.#keepsTelling) this.#tellWhatIsGone(result, before);
    this.#deafenIfAlone();
  };

  #tellPartitions(result: BatchObservableResult, watched: Watched): readonly ConsumerStatus[] {
    const { consumers } = watched.app.health();
    const drains = new Map<string, DrainEstimate>();
    for (const consumer of consumers) {
      const about = consumerAttributes(consumer);
      for (const partition of consumer.partitions) {
        const where = {
          ...about,
          'messaging.destination.name': partition.topic,
          'messaging.destination.partition.id': String(partition.partition),
        };
        const name = JSON.stringify(where);
        this.#told.partitions.set(name, where);
        for (const { observable, read } of this.#places)
          observe(result, observable, read(partition), where);
        const drain = watched.drains.get(name) ?? new DrainEstimate();
        drains.set(name, drain);
        if (partition.lag === undefined) continue;
        const drainMs = drain.look(partition.lag, watched.clock.now());
        observe(result, this.#drainTime, drainMs && drainMs / 1_000, where);
      }
    }
    // Those of partitions that have moved on are forgotten.
    watched.drains = drains;
    return consumers;
  }

  /** Applications of a process may have consumers of the same name, as members of one group: they count together. */
  #tellConsumers(result: BatchObservableResult, consumers: readonly ConsumerStatus[]): void {
    const byName = new Map<string, ConsumerStatus[]>();
    for (const consumer of consumers) {
      const about = consumerAttributes(consumer);
      const name = JSON.stringify(about);
      this.#told.consumers.set(name, about);
      byName.set(name, [...(byName.get(name) ?? []), consumer]);
    }
    for (const [name, same] of byName)
      for (const { observable, read } of [...this.#counters, ...this.#gauges]) {
        const sum = same.reduce((total, consumer) => total + (read(consumer) ?? 0), 0);
        observe(result, observable, sum, this.#told.consumers.get(name) as Attributes);
      }
  }

  /**
   * SDKs of JavaScript repeat the last value of a gauge for ever when nothing is observed any more, unless told to report deltas
   * (https://github.com/open-telemetry/opentelemetry-js/issues/4096): the lag of a partition that has moved to another process
   * would count twice. So the last value is 0.
   */
  #tellWhatIsGone(result: BatchObservableResult, before: Told): void {
    const places = [...this.#places.map(({ observable }) => observable), this.#drainTime];
    for (const [name, where] of before.partitions)
      if (!this.#told.partitions.has(name))
        for (const observable of places) result.observe(observable, 0, where);
    for (const [name, about] of before.consumers)
      if (!this.#told.consumers.has(name))
        for (const { observable } of this.#gauges) result.observe(observable, 0, about);
  }

  #deafenIfAlone(): void {
    if (this.#watched.size > 0) return;
    this.#meter.removeBatchObservableCallback(this.#collect, this.#observables);
    this.#listens = false;
  }
}

export function consumerAttributes({ name, group }: { name: string; group?: string }): Attributes {
  return {
    'partita.consumer': name,
    ...(group !== undefined && { 'messaging.consumer.group.name': group }),
  };
}

function observe(
  result: BatchObservableResult,
  observable: Observable,
  value: number | undefined,
  attributes: Attributes,
): void {
  if (value !== undefined) result.observe(observable, value, attributes);
}
