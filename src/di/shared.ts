import type { App } from '../core/index.ts';
import { Disposables } from './disposables.ts';
import { type Token, token } from './token.ts';

/** What was made once, for all records. Goes after the application that uses it. */
export class Shared extends Disposables {
  app: App | undefined;
  /** Why there is no application. */
  failure: unknown;

  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.app?.stop();
    } finally {
      await super[Symbol.asyncDispose]();
    }
  }
}

/** Internal: where the container keeps it. */
export const shared: Token<Shared> = token('partita shared services');
