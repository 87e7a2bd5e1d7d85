import { type AdminSession, type App, type Clock, PartitaError } from '../core/index.ts';

/** A collection waits no longer for a broker, in milliseconds: then what is known has to do. */
const patienceMs = 1_000;

/**
 * Asks where logs end of which no delivery tells: those of partitions that are paused, stopped, full, or have had nothing to read.
 * Only when somebody collects, and no oftener than needed.
 */
export class LogEnds {
  readonly #app: App;
  readonly #clock: Clock;
  #admin: AdminSession | undefined;
  #asking: Promise<void> | undefined;

  constructor(app: App, clock: Clock) {
    this.#app = app;
    this.#clock = clock;
  }

  async learn(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const { promise: patience, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(patienceMs, resolve);
    await Promise.race([this.#asking, patience]);
    cancel();
  }

  async #ask(): Promise<void> {
    for (const consumer of this.#app.consumers) {
      // An outage that is known is told by one line, and asking would add to it.
      if (consumer.report.sessionError !== undefined) continue;
      const topics = new Set(consumer.unknownEnds.map(({ topic }) => topic));
      for (const topic of topics)
        try {
          this.#admin ??= this.#app.admin();
          consumer.learnEnds(await this.#admin.offsets(topic, 'latest'));
        } catch (error) {
          // The lag stays as it was known. Whoever reads tells of an outage, and of a topic that is gone.
          if (PartitaError.is(error) && topicAlone.has(error.code)) continue;
          this.#admin = undefined;
          return;
        }
    }
  }
}

/** What says nothing about other topics. */
const topicAlone: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC', 'AUTHORIZATION_FAILED']);
