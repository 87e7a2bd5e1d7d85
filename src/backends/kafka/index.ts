/** `partita/kafka`: Apache Kafka, and the Kafka endpoint of Azure Event Hubs. Needs the package kafkajs, version 2.2.4. */
import type { BackendDefinition } from '../../core/index.ts';
import { KafkaBackend } from './backend.ts';
import { type KafkaOptions, resolveKafkaOptions } from './options.ts';

export type { KafkaOptions, KafkaSocketFactory } from './options.ts';
export type { KafkaProfileName } from './profile.ts';
export type { KafkaSasl } from './sasl.ts';

/**
 * A Kafka cluster as backend. Connects nothing yet.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function kafka(options: KafkaOptions): BackendDefinition {
  const settings = resolveKafkaOptions(options);
  return {
    name: 'kafka',
    capabilities: settings.profile.capabilities,
    open: (env) => new KafkaBackend(settings, env),
  };
}
