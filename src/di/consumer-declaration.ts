import type { RecordConsumerOptions, Topics } from '../core/index.ts';

/** What `app.consume` gets. Which type the handler's values have was checked where it was declared. */
export interface ConsumerDeclaration {
  readonly topics: Topics;
  readonly options: RecordConsumerOptions;
}
