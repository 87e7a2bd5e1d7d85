import { type App, PartitaError } from '../core/index.ts';

/** Ends a wait for the end of a log that would have no end itself, as nothing moves any more. */
export class Standstill {
  readonly #app: App;
  readonly #mostLooks: number;
  #error: PartitaError | undefined;
  #looks = 0;
  #progress = 0;

  /** Looks are counted and no time is taken: where nobody reads what is printed, the whole process stands still. */
  constructor(app: App, mostLooks: number) {
    this.#app = app;
    this.#mostLooks = mostLooks;
    app.on((event) => {
      if (event.kind === 'error') this.#error = event.error;
    });
  }

  /** @throws PartitaError once nothing has moved for too many looks; for twice as many where nothing seems wrong. */
  look(): void {
    const partitions = this.#app.consumers.flatMap((consumer) => consumer.status().partitions);
    const progress = partitions.reduce((sum, { frontier }) => sum + frontier, 0);
    this.#looks = progress === this.#progress ? this.#looks + 1 : 0;
    this.#progress = progress;
    if (this.#looks <= (this.#error === undefined ? 2 : 1) * this.#mostLooks) return;
    throw this.#error ?? new PartitaError('TIMEOUT', nothingCame);
  }
}

const nothingCame =
  'Nothing more came, though the log goes on: an open transaction may hold back what is behind it.';
