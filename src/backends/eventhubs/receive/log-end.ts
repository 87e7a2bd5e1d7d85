import type { Clock } from '../../../core/index.ts';

/** How old an answer may get while events come. The service answers such questions at a limited rate. */
const REFRESH_MS = 10_000;

/**
 * Where the log of a partition ends, for its lag. It is asked for now and then: the service can also say it with each event, but
 * reading that costs a fifth of the time that an event takes.
 */
export class LogEnd {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ask: () => Promise<number>;
  readonly #failed: (error: unknown) => void;
  #end = 0;
  #askedMs = 0;

  constructor(
    clock: Pick<Clock, 'now'>,
    ask: () => Promise<number>,
    failed: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#ask = ask;
    this.#failed = failed;
  }

  /** The answer to a question somebody had anyway. */
  set(end: number): void {
    this.#end = end;
    this.#askedMs = this.#clock.now();
  }

  /** Events before `next` have come. */
  after(next: number): number {
    if (next > this.#end) this.#end = next;
    if (this.#clock.now() - this.#askedMs >= REFRESH_MS) void this.#refresh();
    return this.#end;
  }

  async #refresh(): Promise<void> {
    this.#askedMs = this.#clock.now();
    try {
      this.#end = Math.max(this.#end, await this.#ask());
    } catch (error) {
      this.#failed(error);
    }
  }
}
