import type { ConsumerHandler } from '../config/index.ts';
import { type Token, token } from './token.ts';

/** A handler for a consumer of the configuration. */
export interface NamedHandler {
  /** The consumer's name: its `name`, else its `group`, else its topics with commas between. */
  readonly consumer: string;
  readonly handler: ConsumerHandler;
}

/** Internal: as many as there are `handlerModule`s. */
export const namedHandler: Token<NamedHandler> = token('partita handler by name');
