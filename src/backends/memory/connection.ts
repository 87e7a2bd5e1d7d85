import { type Clock, PartitaError, sleep } from '../../core/index.ts';
import type { Faults, Operation } from './faults.ts';

/**
 * One process's way to the broker: where requests take their time, fail, stand still with a frozen process, or end with a
 * killed one.
 */
export class Connection {
  readonly clientId: string;
  readonly clock: Clock;
  readonly #faults: Faults;
  #crashed = false;
  #frozen: PromiseWithResolvers<void> | undefined;

  constructor(clientId: string, clock: Clock, faults: Faults) {
    this.clientId = clientId;
    this.clock = clock;
    this.#faults = faults;
  }

  /** Neither frozen nor crashed. */
  get up(): boolean {
    return !this.#crashed && this.#frozen === undefined;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** From now on nothing gets through, in either direction. As with `kill -9`, nobody is told. */
  crash(): void {
    this.#crashed = true;
    this.thaw();
  }

  /** Stands still until `thaw`, as in a long garbage collection or behind a broken network. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = undefined;
  }

  /** How long a fetch takes to reach the broker. */
  get fetchDelayMs(): number {
    return this.#faults.delayMs('fetch');
  }

  /** Resolves at once, or when the process moves again. */
  async whenUp(): Promise<void> {
    while (this.#frozen !== undefined) await this.#frozen.promise;
  }

  /** Sends a request to the broker, where `serve` answers it. */
  async request<T>(operation: Operation, serve: () => T | Promise<T>): Promise<T> {
    const delayMs = this.#faults.delayMs(operation);
    if (delayMs > 0) await sleep(this.clock, delayMs);
    await this.whenUp();
    this.#throwIfCrashed(operation);
    this.#faults.throwIfOrdered(operation);
    const answer = await serve();
    await this.whenUp();
    this.#throwIfCrashed(operation);
    return answer;
  }

  #throwIfCrashed(operation: Operation): void {
    if (!this.#crashed) return;
    throw new PartitaError(
      'CLOSED',
      `The ${operation} request was not sent: process ${this.clientId} was killed by crash()`,
    );
  }
}
