import type { Histogram, Meter } from '@opentelemetry/api';
import type { App, AppEvent, Cancel, Clock } from '../core/index.ts';

/** Bounds of the buckets, in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How long commits and rebalances take, as the application tells. */
export function observeDurations(meter: Meter, clock: Clock, app: App): Cancel {
  const advice = { explicitBucketBoundaries: bounds };
  const commits = meter.createHistogram('partita.commit.duration', {
    unit: 's',
    description: 'From asking for a commit to the word that it is stored.',
    advice,
  });
  const rebalances = meter.createHistogram('partita.rebalance.duration', {
    unit: 's',
    description:
      'From joining the group, again or for the first time, to knowing what is assigned.',
    advice,
  });
  const rounds = new Rebalances(clock, rebalances);
  return app.on((event) => {
    if (event.kind === 'committed')
      commits.record(event.tookMs / 1_000, { 'partita.consumer': event.consumer });
    else if (event.kind === 'membership') rounds.take(event);
  });
}

class Rebalances {
  readonly #clock: Clock;
  readonly #histogram: Histogram;
  /** Consumer → when it began to join. */
  readonly #joining = new Map<string, number>();

  constructor(clock: Clock, histogram: Histogram) {
    this.#clock = clock;
    this.#histogram = histogram;
  }

  take({ consumer, state: { state } }: Extract<AppEvent, { kind: 'membership' }>): void {
    if (state === 'joining') {
      if (!this.#joining.has(consumer)) this.#joining.set(consumer, this.#clock.now());
      return;
    }
    const began = this.#joining.get(consumer);
    this.#joining.delete(consumer);
    if (state === 'stable' && began !== undefined)
      this.#histogram.record((this.#clock.now() - began) / 1_000, { 'partita.consumer': consumer });
  }
}
