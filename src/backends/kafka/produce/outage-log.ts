import type { Logger, PartitaError } from '../../../core/index.ts';

/** Warns when trouble begins and says when it is over; each retry in between is for debugging only. */
export class OutageLog {
  readonly #log: Logger;
  readonly #what: string;
  #failures = 0;

  constructor(log: Logger, what: string) {
    this.#log = log;
    this.#what = what;
  }

  failed(error: PartitaError): void {
    this.#failures++;
    const level = this.#failures === 1 ? 'warn' : 'debug';
    this.#log[level](`${this.#what} failed, trying again`, { error, failures: this.#failures });
  }

  succeeded(): void {
    if (this.#failures > 0)
      this.#log.info(`${this.#what} works again`, { failures: this.#failures });
    this.#failures = 0;
  }
}
