import type { BatchContext, RecordContext } from '../core/index.ts';
import { Disposables } from './disposables.ts';
import { type Token, token } from './token.ts';

/** One call of a handler: its context, and what was made for it and has to be disposed of. */
export class CallScope extends Disposables {
  readonly context: RecordContext | BatchContext;

  constructor(context: RecordContext | BatchContext) {
    super();
    this.context = context;
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
