/**
 * An Azure Event Hubs namespace in one process, for tests and demonstrations: unmodified official SDKs connect to it over AMQP.
 * `docs/emulator.md` lists what it serves and what it does not. Beside it, a Kafka broker: `docs/embedded-kafka.md`.
 *
 * @module
 */
export { readConfigFile } from './config-file.ts';
export { Emulator, startEmulator } from './emulator.ts';
export type { FaultDuration, FaultOperation } from './faults/fault-rules.ts';
export type {
  DelayFault,
  DetachFault,
  Faults,
  StealFault,
  ThrottleFault,
} from './faults/faults.ts';
export type { FaultTarget } from './faults/targets.ts';
export type { HubDefinition } from './hub.ts';
export {
  type KafkaAnswerFault,
  type KafkaBroker,
  type KafkaBrokerNodeState,
  type KafkaBrokerOptions,
  type KafkaBrokerSasl,
  type KafkaBrokerState,
  type KafkaDamage,
  type KafkaDelayFault,
  type KafkaDropFault,
  type KafkaFaults,
  type KafkaFaultTarget,
  type KafkaGroupState,
  type KafkaPresetName,
  type KafkaRecordsFault,
  type KafkaRecordsTarget,
  type KafkaSaslMechanism,
  type KafkaSocketFactory,
  type KafkaThrottleFault,
  type KafkaTlsIdentity,
  type KafkaTopicDefinition,
  type KafkaTopicState,
  type KafkaVersionFault,
  kafkaBroker,
} from './kafka/index.ts';
export type { EmulatorOptions, KafkaListenerOptions } from './options.ts';
export type { EmulatorState, HubState, PartitionState } from './state.ts';
export { type Storage, type StorageOptions, startStorage } from './storage/azurite.ts';
