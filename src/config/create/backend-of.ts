import type { BackendDefinition } from '../../core/index.ts';
import type { BackendContext } from './backend-context.ts';
import { eventHubsOptions } from './event-hubs-options.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import { kafkaOptions } from './kafka-options.ts';

/**
 * The backend that the configuration names; only that one is loaded.
 *
 * @throws InvalidConfigError with what the backend finds wrong with its section; PartitaError `MISSING_PEER` without its library
 */
export async function backendOf(context: BackendContext): Promise<BackendDefinition> {
  const { config } = context;
  switch (config.backend) {
    case 'memory': {
      const { memory } = await import('../../backends/memory/index.ts');
      return memory(inMilliseconds(config.memory ?? {}, ['memory']));
    }
    case 'kafka': {
      const { kafka } = await import('../../backends/kafka/index.ts');
      return kafka(await kafkaOptions(config.kafka ?? {}, context));
    }
    case 'eventhubs': {
      const { eventHubs } = await import('../../backends/eventhubs/index.ts');
      return eventHubs(await eventHubsOptions(config.eventhubs ?? {}, context));
    }
  }
}
