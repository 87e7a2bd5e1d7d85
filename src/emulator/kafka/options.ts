import { type Clock, InvalidConfigError, type Logger, silentLogger } from '../../core/index.ts';
import { type Credentials, UserCredentials } from '../kafka-sasl/credentials.ts';
import { EventHubsCredentials } from '../kafka-sasl/event-hubs-credentials.ts';
import { type KafkaSaslMechanism, saslMechanisms } from '../kafka-sasl/mechanism.ts';
import type { KafkaTlsIdentity } from '../kafka-wire/listener.ts';
import { machineClock } from '../machine-clock.ts';
import { checkKafkaOptions } from './option-check.ts';
import { type KafkaPresetName, presets } from './presets.ts';
import type { VersionCeilings } from './served-versions.ts';

const MIB = 1024 * 1024;
const DEFAULT_HOST = '127.0.0.1';
/** Where the addresses of brokers begin that can be reached by pipes only. */
const PIPE_PORT = 9092;

/** A topic that is there from the start. */
export interface KafkaTopicDefinition {
  readonly name: string;
  /** @default the broker's `defaultPartitions` */
  readonly partitions?: number;
}

/** Who is let in. */
export interface KafkaBrokerSasl {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** @default all three */
  readonly mechanisms?: readonly KafkaSaslMechanism[];
}

/** Of one embedded Kafka broker, or several that act as a cluster. */
export interface KafkaBrokerOptions {
  /** @default [] */
  readonly topics?: readonly (KafkaTopicDefinition | string)[];
  /** `eventhubs`: as the Kafka endpoint of Azure Event Hubs; what is given beside it goes first. @default 'kafka' */
  readonly preset?: KafkaPresetName;
  /** How many brokers clients see, ids 1 to n: they share one log and lead parts of it. @default 1 */
  readonly brokers?: number;
  /** TCP port; 0 for any free one. Further brokers take the ports behind it. @default 0 */
  readonly port?: number;
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Where clients are told to connect. @default `host` */
  readonly advertisedHost?: string;
  /** `pipe`: no port is opened, and clients connect inside the process, see `connect` and `socketFactory`. @default 'tcp' */
  readonly transport?: 'tcp' | 'pipe';
  /** TLS: `true` for a self-signed certificate made at start, valid for localhost, 127.0.0.1 and `advertisedHost`; or your own. @default none */
  readonly tls?: boolean | KafkaTlsIdentity;
  /** Clients have to authenticate. @default everybody is let in */
  readonly sasl?: KafkaBrokerSasl;
  /** With preset `eventhubs`: shared access keys by policy. @default { RootManageSharedAccessKey: 'SAS_KEY_VALUE' } */
  readonly accessKeys?: Readonly<Record<string, string>>;
  /** Serves faults and the state over HTTP on this port of the loopback address; 0 for any free one. @default none */
  readonly controlPort?: number;
  /** Of topics made without a number of their own. @default 1 */
  readonly defaultPartitions?: number;
  /** Of one topic. @default 10_000; Event Hubs 32, as in its standard tier */
  readonly maxTopicPartitions?: number;
  /** Whether a client that asks for an unknown topic, and wishes so, makes it. @default true */
  readonly autoCreateTopics?: boolean;
  /** Kept per partition, in bytes as produced; the oldest go first. @default 64 MiB */
  readonly maxPartitionBytes?: number;
  /** Kept in memory by all partitions together, in bytes; the oldest segment of all goes first. @default 1 GiB */
  readonly maxBytes?: number;
  /**
   * Keeps topics, records, committed offsets and transactions in this folder, across restarts; it is made when there is none.
   *
   * @default nothing outlives the process
   */
  readonly folder?: string;
  /** How long records are kept, in milliseconds. @default 604_800_000, a week, as Kafka does */
  readonly retentionMs?: number;
  /** Largest request, in bytes; a larger one ends its connection. @default 100 MiB, as Kafka does; Event Hubs 1_046_528 */
  readonly maxRequestBytes?: number;
  /** How long the first members of an empty group wait for more, in milliseconds. @default 0 (Kafka: 3_000) */
  readonly initialRebalanceDelayMs?: number;
  /** Shortest session a member may ask for, in milliseconds. @default 100, for tests (Kafka: 6_000); Event Hubs 6_000 */
  readonly minSessionTimeoutMs?: number;
  /** Longest session a member may ask for, in milliseconds. @default 1_800_000, as Kafka does; Event Hubs 300_000 */
  readonly maxSessionTimeoutMs?: number;
  /** Largest metadata of a committed offset, in bytes. @default 4096, as Kafka does */
  readonly maxCommitMetadataBytes?: number;
  /** Most members a group may have. @default unlimited, as Kafka does */
  readonly maxGroupSize?: number;
  /** What a group has committed is kept so long after its last member has left, in milliseconds. @default 604_800_000, a week, as Kafka does */
  readonly offsetsRetentionMs?: number;
  /** Of members of the consumer protocol (KIP-848), in milliseconds. @default 45_000, as Kafka does */
  readonly consumerSessionTimeoutMs?: number;
  /** What those members are told, in milliseconds. @default 500, for tests (Kafka: 5_000) */
  readonly consumerHeartbeatIntervalMs?: number;
  /** Between two assignments of one of those groups, in milliseconds. @default 0 (Kafka: 1_000) */
  readonly consumerAssignmentIntervalMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told why connections were closed. @default silent */
  readonly logger?: Logger;
}

/** All but what is turned into something else. */
type Plain = Omit<
  KafkaBrokerOptions,
  'topics' | 'preset' | 'tls' | 'sasl' | 'controlPort' | 'folder'
>;

export interface ResolvedKafkaOptions extends Required<Plain> {
  readonly topics: readonly Required<KafkaTopicDefinition>[];
  readonly preset: KafkaPresetName;
  readonly tls: 'self-signed' | KafkaTlsIdentity | undefined;
  readonly controlPort: number | undefined;
  readonly folder: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly versionCeilings: VersionCeilings;
}

const defaults = {
  brokers: 1,
  host: DEFAULT_HOST,
  transport: 'tcp',
  accessKeys: { RootManageSharedAccessKey: 'SAS_KEY_VALUE' },
  defaultPartitions: 1,
  maxTopicPartitions: 10_000,
  autoCreateTopics: true,
  maxPartitionBytes: 64 * MIB,
  maxBytes: 1024 * MIB,
  retentionMs: 604_800_000,
  maxRequestBytes: 100 * MIB,
  initialRebalanceDelayMs: 0,
  minSessionTimeoutMs: 100,
  maxSessionTimeoutMs: 1_800_000,
  maxCommitMetadataBytes: 4096,
  maxGroupSize: Number.POSITIVE_INFINITY,
  offsetsRetentionMs: 604_800_000,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 500,
  consumerAssignmentIntervalMs: 0,
  clock: machineClock,
  logger: silentLogger,
} as const;

/** @throws InvalidConfigError with all problems at once. */
export function resolveKafkaOptions(all: KafkaBrokerOptions): ResolvedKafkaOptions {
  const problems = checkKafkaOptions(all);
  if (problems.length > 0) throw new InvalidConfigError('Kafka broker options', problems);
  const given = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as KafkaBrokerOptions;
  const { preset = 'kafka', sasl, tls, controlPort, folder } = given;
  const { limits, versionCeilings } = presets[preset];
  const options = { ...defaults, ...limits, ...given };
  const topics = (given.topics ?? []).map((topic) => ({
    partitions: options.defaultPartitions,
    ...(typeof topic === 'string' ? { name: topic } : topic),
  }));
  return {
    ...options,
    preset,
    topics,
    port: given.port ?? (options.transport === 'pipe' ? PIPE_PORT : 0),
    advertisedHost: given.advertisedHost ?? options.host,
    tls: tls === true ? 'self-signed' : tls === false ? undefined : tls,
    controlPort,
    folder,
    versionCeilings,
    credentials: credentialsOf(preset, options.accessKeys, sasl),
  };
}

function credentialsOf(
  preset: KafkaPresetName,
  accessKeys: Readonly<Record<string, string>>,
  sasl: KafkaBrokerSasl | undefined,
): Credentials | undefined {
  if (sasl !== undefined) return new UserCredentials(sasl.users, sasl.mechanisms ?? saslMechanisms);
  return preset === 'eventhubs' ? new EventHubsCredentials(accessKeys) : undefined;
}
