/**
 * A Kafka broker in one process, for tests and demonstrations: unmodified clients connect to it.
 * `docs/embedded-kafka.md` lists what it serves and what it does not.
 *
 * @module
 */
export { type KafkaBroker, kafkaBroker } from './broker.ts';
export type {
  KafkaAnswerFault,
  KafkaDelayFault,
  KafkaDropFault,
  KafkaFaults,
  KafkaFaultTarget,
} from './faults.ts';
export type { KafkaBrokerOptions, KafkaTopicDefinition } from './options.ts';
export type { KafkaBrokerState, KafkaGroupState, KafkaTopicState } from './state.ts';
