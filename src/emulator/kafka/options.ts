import { type Clock, InvalidConfigError, type Logger, silentLogger } from '../../core/index.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { machineClock } from '../machine-clock.ts';

const MIB = 1024 * 1024;
const DEFAULT_HOST = '127.0.0.1';
const MAX_BROKERS = 100;

/** A topic that is there from the start. */
export interface KafkaTopicDefinition {
  readonly name: string;
  /** @default the broker's `defaultPartitions` */
  readonly partitions?: number;
}

/** Of one embedded Kafka broker. */
export interface KafkaBrokerOptions {
  /** @default [] */
  readonly topics?: readonly (KafkaTopicDefinition | string)[];
  /** How many brokers clients see, ids 1 to n: they share one log and lead parts of it. @default 1 */
  readonly brokers?: number;
  /** TCP port; 0 for any free one. Further brokers take the ports behind it. @default 0 */
  readonly port?: number;
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Where clients are told to connect. @default `host` */
  readonly advertisedHost?: string;
  /** Of topics made without a number of their own. @default 1 */
  readonly defaultPartitions?: number;
  /** Whether a client that asks for an unknown topic, and wishes so, makes it. @default true */
  readonly autoCreateTopics?: boolean;
  /** Kept per partition, in bytes as produced; the oldest go first. @default 64 MiB */
  readonly maxPartitionBytes?: number;
  /** How long records are kept, in milliseconds. @default 604_800_000, a week, as Kafka does */
  readonly retentionMs?: number;
  /** Largest request, in bytes; a larger one ends its connection. @default 100 MiB, as Kafka does */
  readonly maxRequestBytes?: number;
  /** How long the first members of an empty group wait for more, in milliseconds. @default 0 (Kafka: 3_000) */
  readonly initialRebalanceDelayMs?: number;
  /** Shortest session a member may ask for, in milliseconds. @default 100, for tests (Kafka: 6_000) */
  readonly minSessionTimeoutMs?: number;
  /** Longest session a member may ask for, in milliseconds. @default 1_800_000, as Kafka does */
  readonly maxSessionTimeoutMs?: number;
  /** Largest metadata of a committed offset, in bytes. @default 4096, as Kafka does */
  readonly maxCommitMetadataBytes?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told why connections were closed. @default silent */
  readonly logger?: Logger;
}

export type ResolvedKafkaOptions = Required<Omit<KafkaBrokerOptions, 'topics'>> & {
  readonly topics: readonly Required<KafkaTopicDefinition>[];
};

/** @throws InvalidConfigError with all problems at once. */
export function resolveKafkaOptions(given: KafkaBrokerOptions): ResolvedKafkaOptions {
  const options = {
    brokers: 1,
    port: 0,
    host: DEFAULT_HOST,
    defaultPartitions: 1,
    autoCreateTopics: true,
    maxPartitionBytes: 64 * MIB,
    retentionMs: 604_800_000,
    maxRequestBytes: 100 * MIB,
    initialRebalanceDelayMs: 0,
    minSessionTimeoutMs: 100,
    maxSessionTimeoutMs: 1_800_000,
    maxCommitMetadataBytes: 4096,
    clock: machineClock,
    logger: silentLogger,
    ...given,
    advertisedHost: given.advertisedHost ?? given.host ?? DEFAULT_HOST,
  };
  const topics = (given.topics ?? []).map((topic) => ({
    partitions: options.defaultPartitions,
    ...(typeof topic === 'string' ? { name: topic } : topic),
  }));
  const problems = [...numberProblems(options), ...topicProblems(topics)];
  if (problems.length > 0) throw new InvalidConfigError('Kafka broker options', problems);
  return { ...options, topics };
}

const positive = [
  'defaultPartitions',
  'maxPartitionBytes',
  'retentionMs',
  'maxRequestBytes',
  'minSessionTimeoutMs',
  'maxSessionTimeoutMs',
] as const;

function numberProblems(options: Required<Omit<KafkaBrokerOptions, 'topics'>>): string[] {
  const problems: string[] = [];
  const { port, brokers } = options;
  if (!(Number.isInteger(brokers) && brokers >= 1 && brokers <= MAX_BROKERS))
    problems.push(`brokers is ${brokers}; give a whole number from 1 to ${MAX_BROKERS}`);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    problems.push(`port is ${port}; give a whole number from 0 to 65535`);
  for (const name of positive)
    if (!(options[name] > 0)) problems.push(`${name} is ${options[name]}; give more than 0`);
  for (const name of ['initialRebalanceDelayMs', 'maxCommitMetadataBytes'] as const)
    if (!(options[name] >= 0)) problems.push(`${name} is ${options[name]}; give 0 or more`);
  return problems;
}

function topicProblems(topics: readonly Required<KafkaTopicDefinition>[]): string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  for (const { name, partitions } of topics) {
    if (!isLegalTopicName(name)) problems.push(`topic '${name}' has no legal name`);
    if (names.has(name)) problems.push(`topic '${name}' is given twice`);
    if (!(Number.isInteger(partitions) && partitions > 0))
      problems.push(`topic '${name}' has ${partitions} partitions; give a whole number above 0`);
    names.add(name);
  }
  return problems;
}
