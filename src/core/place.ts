import type { Logger } from './model/logger.ts';
import type { System } from './options/app-options.ts';
import type { ResolvedConsumerOptions } from './options/resolved-options.ts';
import type { BackendDefinition } from './ports/backend.ts';

/** Where an application runs, instead of where it was declared to. */
export interface Place {
  readonly backend: BackendDefinition;
  /** What the application was declared with knows the assignors by name. */
  readonly system: Omit<System, 'assignorByName'>;
  readonly clientId: string;
  readonly logger: Logger;
  /** Puts something around the handlers of each consumer. */
  decorate(options: ResolvedConsumerOptions): ResolvedConsumerOptions;
}
