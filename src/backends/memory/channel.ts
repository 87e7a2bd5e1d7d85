import type { Connection } from './connection.ts';
import type { Operation } from './faults.ts';

/** Sends requests of one kind one after the other, so that they take effect in the order given. */
export class Channel {
  readonly #connection: Connection;
  readonly #operation: Operation;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, operation: Operation) {
    this.#connection = connection;
    this.#operation = operation;
  }

  send<T>(serve: () => T | Promise<T>): Promise<T> {
    const request = () => this.#connection.request(this.#operation, serve);
    // A failure belongs to the caller of that request; the next one goes out all the same.
    const answer = this.#last.then(request, request);
    this.#last = answer;
    return answer;
  }

  /** Resolves when all requests so far are answered, one way or the other. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#last]);
  }
}
