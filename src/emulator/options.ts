import { type Clock, InvalidConfigError, type Logger, silentLogger } from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';
import type { AccessKeys } from './amqp/sas-token.ts';
import type { TlsIdentity } from './amqp/socket-server.ts';
import type { HubDefinition } from './hub.ts';
import { hubProblems } from './hub-problems.ts';
import { parseHubSpec } from './hub-spec.ts';
import { checkKafkaOptions } from './kafka/option-check.ts';
import {
  type KafkaBrokerOptions,
  type ResolvedKafkaOptions,
  resolveKafkaOptions,
} from './kafka/options.ts';
import { isLegalTopicName } from './kafka-log/topics.ts';

const MIB = 1024 * 1024;

/** Options of `kafkaBroker` that are not the emulator's own. */
export type KafkaListenerOptions = Omit<
  KafkaBrokerOptions,
  | 'topics'
  | 'port'
  | 'host'
  | 'accessKeys'
  | 'controlPort'
  | 'maxPartitionBytes'
  | 'maxBytes'
  | 'folder'
  | 'retentionMs'
  | 'clock'
  | 'logger'
>;

/** Of one emulated Event Hubs namespace. */
export interface EmulatorOptions {
  /** What to serve: definitions, or words as `orders:4:group1,group2` (name, partitions, groups beside `$Default`). */
  readonly hubs: readonly (HubDefinition | string)[];
  /** TCP port; 0 for any free one. @default 0 */
  readonly port?: number;
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** A second listener with TLS, on this port; 0 for any free one. @default none */
  readonly tlsPort?: number;
  /**
   * A listener for AMQP in WebSockets, on this port; 0 for any free one. Always with TLS, as the SDKs know no other. Needs the
   * package ws.
   *
   * @default none
   */
  readonly webSocketPort?: number;
  /** Certificate and key, as PEM, of the listeners with TLS. @default a self-signed one for localhost, made at start */
  readonly tls?: TlsIdentity;
  /** Serves faults and the state over HTTP on this port of the loopback address; 0 for any free one. @default none */
  readonly controlPort?: number;
  /** Shared access keys by policy name. @default the official emulator's, RootManageSharedAccessKey: SAS_KEY_VALUE */
  readonly accessKeys?: AccessKeys;
  /** A Kafka listener on the same log, on this port; 0 for any free one: hubs are its topics. @default none */
  readonly kafkaPort?: number;
  /** How the Kafka listener behaves, beside what it has in common with the emulator. @default as `kafkaBroker` */
  readonly kafka?: KafkaListenerOptions;
  /** Events kept per partition, in bytes as stored; the oldest go first. @default 64 MiB */
  readonly maxPartitionBytes?: number;
  /** Kept in memory by all partitions together, in bytes; the oldest segment of all goes first. @default 1 GiB */
  readonly maxBytes?: number;
  /**
   * Keeps hubs, events and, of Kafka clients, committed offsets and transactions in this folder, across restarts; it is made
   * when there is none.
   *
   * @default nothing outlives the process
   */
  readonly folder?: string;
  /** How long events are kept, in milliseconds. @default 3_600_000, an hour, as in the official emulator */
  readonly retentionMs?: number;
  /** Largest message or batch, in bytes. @default 1 MiB, as on the service */
  readonly maxMessageBytes?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told about dropped events, and at debug level about clients in trouble. @default silent */
  readonly logger?: Logger;
}

export interface ResolvedOptions {
  readonly hubs: readonly HubDefinition[];
  readonly port: number;
  readonly host: string;
  readonly tlsPort: number | undefined;
  readonly webSocketPort: number | undefined;
  readonly tls: TlsIdentity | undefined;
  readonly controlPort: number | undefined;
  readonly accessKeys: AccessKeys;
  readonly kafka: ResolvedKafkaOptions | undefined;
  readonly maxPartitionBytes: number;
  readonly maxBytes: number;
  readonly folder: string | undefined;
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @throws InvalidConfigError with all problems at once. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const resolved: Omit<ResolvedOptions, 'kafka'> = {
    hubs: options.hubs.map((hub) => (typeof hub === 'string' ? parseHubSpec(hub) : hub)),
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    tlsPort: options.tlsPort,
    webSocketPort: options.webSocketPort,
    tls: options.tls,
    controlPort: options.controlPort,
    accessKeys: options.accessKeys ?? { RootManageSharedAccessKey: 'SAS_KEY_VALUE' },
    maxPartitionBytes: options.maxPartitionBytes ?? 64 * MIB,
    maxBytes: options.maxBytes ?? 1024 * MIB,
    folder: options.folder,
    retentionMs: options.retentionMs ?? 3_600_000,
    maxMessageBytes: options.maxMessageBytes ?? MIB,
    clock: options.clock ?? realClock,
    logger: options.logger ?? silentLogger,
  };
  const kafka = kafkaOptions(options, resolved);
  const problems = [
    ...hubProblems(resolved.hubs),
    ...ownProblems(resolved, options.kafkaPort),
    ...(kafka === undefined ? [] : topicProblems(resolved.hubs)),
    ...(kafka === undefined ? [] : checkKafkaOptions(kafka).map((problem) => `kafka: ${problem}`)),
  ];
  if (problems.length > 0) throw new InvalidConfigError('emulator options', problems);
  return { ...resolved, kafka: kafka && resolveKafkaOptions(kafka) };
}

/** Of the Kafka listener, where there is one. */
function kafkaOptions(
  { kafkaPort, kafka }: EmulatorOptions,
  { host, accessKeys, clock, logger }: Omit<ResolvedOptions, 'kafka'>,
): KafkaBrokerOptions | undefined {
  if (kafkaPort === undefined) return undefined;
  const keys = kafka?.preset === 'eventhubs' ? { accessKeys } : {};
  return { ...kafka, ...keys, port: kafkaPort, host, clock, logger };
}

/** Of hubs that shall be topics too. */
export function topicProblems(hubs: readonly HubDefinition[]): string[] {
  return hubs
    .filter(({ name }) => !isLegalTopicName(name))
    .map(
      ({ name }) => `the hub '${name}' cannot be a topic of the Kafka listener; leave out the /`,
    );
}

function ownProblems(
  options: Omit<ResolvedOptions, 'kafka'>,
  kafkaPort: number | undefined,
): string[] {
  const problems: string[] = [];
  const ports = { ...options, kafkaPort };
  for (const name of ['port', 'tlsPort', 'webSocketPort', 'controlPort', 'kafkaPort'] as const) {
    const port = ports[name];
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      problems.push(`${name} is ${port}; give a whole number from 0 to 65535`);
    }
  }
  for (const name of ['maxPartitionBytes', 'maxBytes', 'retentionMs', 'maxMessageBytes'] as const) {
    if (!(options[name] > 0)) problems.push(`${name} is ${options[name]}; give more than 0`);
  }
  // Over Kafka topics can be made later, and a folder may hold some.
  if (options.hubs.length === 0 && kafkaPort === undefined && options.folder === undefined)
    problems.push('hubs is empty; give at least one');
  if (Object.keys(options.accessKeys).length === 0) {
    problems.push('accessKeys is empty; give at least one policy with its key');
  }
  return problems;
}
