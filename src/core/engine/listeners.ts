import type { Cancel } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import type { AppEvent, AppListener } from './events.ts';

/** Who hears of what an application does. One that throws costs the others nothing. */
export class Listeners {
  readonly #listeners = new Set<AppListener>();

  add(listener: AppListener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** They hear of what another application does as well. */
  copyTo(other: Listeners): void {
    for (const listener of this.#listeners) other.add(listener);
  }

  emit(event: AppEvent, log: Logger): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error('an event listener failed', { kind: event.kind, error });
      }
    }
  }
}
