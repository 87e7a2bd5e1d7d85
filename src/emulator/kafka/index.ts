/**
 * A Kafka broker in one process, for tests and demonstrations: unmodified clients connect to it.
 * `docs/embedded-kafka.md` lists what it serves and what it does not.
 *
 * @module
 */

export type { KafkaSaslMechanism } from '../kafka-sasl/mechanism.ts';
export type { KafkaTlsIdentity } from '../kafka-wire/listener.ts';
export { type KafkaBroker, kafkaBroker } from './broker.ts';
export type { KafkaDamage } from './damaged-records.ts';
export type { KafkaFaultTarget, KafkaRecordsTarget } from './fault-rules.ts';
export type {
  KafkaAnswerFault,
  KafkaDelayFault,
  KafkaDropFault,
  KafkaFaults,
  KafkaRecordsFault,
  KafkaThrottleFault,
  KafkaVersionFault,
} from './faults.ts';
export type { KafkaBrokerOptions, KafkaBrokerSasl, KafkaTopicDefinition } from './options.ts';
export type { KafkaPresetName } from './presets.ts';
export type { KafkaSocketFactory } from './socket-factory.ts';
export type {
  KafkaBrokerNodeState,
  KafkaBrokerState,
  KafkaGroupState,
  KafkaTopicState,
} from './state.ts';
