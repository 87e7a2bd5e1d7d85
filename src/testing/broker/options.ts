import { type Clock, InvalidConfigError, type Logger } from '../../core/index.ts';
import type {
  EmulatorOptions,
  KafkaBrokerOptions,
  KafkaTopicDefinition,
} from '../../emulator/index.ts';

/** Of `broker()`. */
export interface TestBrokerOptions {
  /** Topics that are there from the start, as words or with partitions; with AMQP they are event hubs, too. @default [] */
  readonly topics?: readonly (KafkaTopicDefinition | string)[];
  /** How the Kafka listener behaves: SASL, TLS, several brokers, limits. @default a plain one on a free port */
  readonly kafka?: Omit<KafkaBrokerOptions, 'topics' | 'clock' | 'logger'>;
  /**
   * Serves the same topics as event hubs over AMQP, to the official SDKs; needs the package rhea. `true`, or how that listener
   * behaves. Consumer groups need not be declared.
   *
   * @default false
   */
  readonly eventHubs?:
    | boolean
    | Omit<EmulatorOptions, 'hubs' | 'kafka' | 'kafkaPort' | 'clock' | 'logger'>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told why connections were closed, and what was dropped. @default silent */
  readonly logger?: Logger;
}

/** What the emulator sets for all of its listeners. */
const shared = [
  'host',
  'accessKeys',
  'controlPort',
  'folder',
  'maxPartitionBytes',
  'maxBytes',
  'retentionMs',
] as const;

/** @throws InvalidConfigError when both listeners are asked for, and the Kafka one is to have what both have in common. */
export function checkShared({ kafka = {} }: TestBrokerOptions): void {
  const problems = shared
    .filter((name) => kafka[name] !== undefined)
    .map((name) => `kafka.${name} is given; with eventHubs give eventHubs.${name}`);
  if (problems.length > 0) throw new InvalidConfigError('test broker', problems);
}
