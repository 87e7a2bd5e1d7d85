import type { AdminSession, App, Clock } from '../core/index.ts';

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
    try {
      for (const consumer of this.#app.consumers) {
        const topics = new Set(consumer.unknownEnds.map(({ topic }) => topic));
        for (const topic of topics) {
          this.#admin ??= this.#app.admin();
          consumer.learnEnds(await this.#admin.offsets(topic, 'latest'));
        }
      }
    } catch {
      // The lag stays as it was known. An outage is told by the session; a closed admin belongs to a life of the app before this.
      this.#admin = undefined;
    }
  }
}
