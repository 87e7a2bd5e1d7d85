import type { ContainerModule } from 'inversify';
import type { EventHubsOptions } from '../../backends/eventhubs/index.ts';
import type { CheckpointStore } from '../../core/index.ts';
import { inversify } from '../load-inversify.ts';
import { tokens } from '../tokens.ts';

/**
 * Azure Event Hubs over AMQP. Groups are kept in what `tokens.checkpointStore` is bound to: the `checkpoints` of the options,
 * or a store of yours. Its client library is loaded with the module.
 *
 * @throws InvalidConfigError when the application is made, with all problems of the options at once.
 */
export function eventHubsModule({ checkpoints, ...options }: EventHubsOptions): ContainerModule {
  return new inversify.ContainerModule(async ({ bind }) => {
    const { eventHubs } = await import('../../backends/eventhubs/index.ts');
    if (checkpoints !== undefined) bind(tokens.checkpointStore).toConstantValue(checkpoints);
    const make = (store: CheckpointStore | undefined) =>
      eventHubs({ ...options, ...(store !== undefined && { checkpoints: store }) });
    bind(tokens.backend)
      .toResolvedValue(make, [
        { serviceIdentifier: tokens.checkpointStore, optional: true },
      ] as never)
      .inSingletonScope();
  });
}
