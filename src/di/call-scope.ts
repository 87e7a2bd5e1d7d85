import type { BatchContext, RecordContext } from '../core/index.ts';
import { type Token, token } from './token.ts';

/** One call of a handler: its context, and what was made for it and has to be disposed of. */
export class CallScope implements AsyncDisposable {
  readonly context: RecordContext | BatchContext;
  readonly #made: (Disposable | AsyncDisposable)[] = [];

  constructor(context: RecordContext | BatchContext) {
    this.context = context;
  }

  /** To be disposed of with the call, if it can be; what was made last goes first. */
  adopt<T>(made: T): T {
    const candidate = Object(made) as Partial<Disposable & AsyncDisposable>;
    if (
      typeof candidate[Symbol.asyncDispose] === 'function' ||
      typeof candidate[Symbol.dispose] === 'function'
    )
      this.#made.push(candidate as Disposable | AsyncDisposable);
    return made;
  }

  /** Also the rest when one fails; the first failure is thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const made of this.#made.reverse()) {
      try {
        await (Symbol.asyncDispose in made ? made[Symbol.asyncDispose]() : made[Symbol.dispose]());
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Nothing was made that has to be disposed of: the call may end without waiting. */
  get isEmpty(): boolean {
    return this.#made.length === 0;
  }
}

/**
 * The call for which the container is making something right now. Making is synchronous, so there is at most one, and nobody
 * needs a container per record: a child container costs a hundred microseconds, this costs two.
 */
export class CallSlot {
  #current: CallScope | undefined;

  /** Undefined outside of a call. */
  get current(): CallScope | undefined {
    return this.#current;
  }

  during<T>(scope: CallScope, make: () => T): T {
    const outer = this.#current;
    this.#current = scope;
    try {
      return make();
    } finally {
      this.#current = outer;
    }
  }
}

/** Internal: where the container keeps its slot. */
export const callSlot: Token<CallSlot> = token('partita call slot');
