import type { ContainerModule } from 'inversify';
import type { KafkaOptions } from '../../backends/kafka/index.ts';
import { inversify } from '../load-inversify.ts';
import { tokens } from '../tokens.ts';

/**
 * Apache Kafka, or the Kafka endpoint of Event Hubs. Its client library is loaded with the module.
 *
 * @throws InvalidConfigError when the container is made, with all problems of the options at once.
 */
export function kafkaModule(options: KafkaOptions): ContainerModule {
  return new inversify.ContainerModule(async ({ bind }) => {
    const { kafka } = await import('../../backends/kafka/index.ts');
    bind(tokens.backend).toConstantValue(kafka(options));
  });
}
