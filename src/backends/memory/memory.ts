import { type Capabilities, InvalidConfigError, OptionCheck } from '../../core/index.ts';
import { Broker } from './broker.ts';
import type { AutoCreate } from './log/topics.ts';
import { MemoryBackend } from './memory-backend.ts';
import type { MemoryBroker, MemoryFaults } from './memory-broker.ts';

export interface MemoryOptions {
  /** Topics that exist from the start, with their partition counts. @default none */
  readonly topics?: Readonly<Record<string, number>>;
  /** Lets unknown topics come into being when they are written to or subscribed to. @default they are an error */
  readonly autoCreate?: AutoCreate;
  /** Largest record, in bytes with key, headers and overhead. @default 1_048_588 (Kafka's `message.max.bytes`) */
  readonly maxRecordBytes?: number;
  /** Text that may be stored beside a position, in bytes. @default 4096 (Kafka's `offset.metadata.max.bytes`) */
  readonly commitMetadataBytes?: number;
}

/**
 * A broker in this process: a log, groups and their coordinator, with the behaviour of a real one and trouble on demand.
 *
 * ```ts
 * const backend = memory({ topics: { orders: 3 } });
 * ```
 *
 * @throws InvalidConfigError when a number is out of range.
 */
export function memory(options: MemoryOptions = {}): MemoryBroker {
  const named = new OptionCheck();
  named.known('', options, ['topics', 'autoCreate', 'maxRecordBytes', 'commitMetadataBytes']);
  if (named.problems.length > 0)
    throw new InvalidConfigError('memory backend options', named.problems);
  const {
    topics = {},
    autoCreate,
    maxRecordBytes = 1_048_588,
    commitMetadataBytes = 4096,
  } = options;
  check({ topics, autoCreate, maxRecordBytes, commitMetadataBytes });
  const broker = new Broker({ topics, autoCreate, maxRecordBytes, commitMetadataBytes });
  return {
    name: 'memory',
    capabilities: capabilities(maxRecordBytes, commitMetadataBytes),
    open: (env) => new MemoryBackend(broker, env),
    faults: faultsOf(broker),
    records: (topic) => broker.topics.existing(topic).flatMap((log) => log.records),
    committed: (group) => broker.groups.find(group)?.offsets.all() ?? [],
    generation: (group) => broker.groups.find(group)?.generation ?? 0,
    deleteRecordsBefore: (partition, offset) => broker.topics.log(partition).trim(offset),
    compact(topic) {
      for (const log of broker.topics.existing(topic)) log.compact();
    },
    appendMarkers: (partition, count = 1) => broker.topics.log(partition).appendMarkers(count),
  };
}

function faultsOf(broker: Broker): MemoryFaults {
  return {
    crash(clientId) {
      for (const connection of broker.connectionsOf(clientId)) connection.crash();
    },
    freeze(clientId) {
      const frozen = broker.connectionsOf(clientId);
      for (const connection of frozen) connection.freeze();
      return () => {
        for (const connection of frozen) connection.thaw();
      };
    },
    expire(clientId) {
      for (const group of broker.groups.all()) group.expire(clientId);
    },
    failNext: (operation, error, times = 1) => broker.faults.failNext(operation, error, times),
    delay: (operation, delayMs) => broker.faults.delay(operation, delayMs),
  };
}

function capabilities(maxRecordBytes: number, commitMetadataBytes: number): Capabilities {
  return {
    assignors: true,
    cooperative: true,
    staticMembership: true,
    groupGeneration: true,
    patternSubscription: true,
    createTopics: true,
    startAtTime: true,
    recordKeys: true,
    writtenOffsets: true,
    transactions: false,
    offsetGaps: true,
    commitMetadataBytes,
    maxRecordBytes,
    commitVisibleMs: 0,
  };
}

function check(options: {
  readonly topics: Readonly<Record<string, number>>;
  readonly autoCreate: AutoCreate | undefined;
  readonly maxRecordBytes: number;
  readonly commitMetadataBytes: number;
}): void {
  const { topics, autoCreate, maxRecordBytes, commitMetadataBytes } = options;
  const wholeNumbers: [what: string, value: number, least: number][] = [
    ...Object.entries(topics).map(([topic, n]): [string, number, number] => [
      `topics.${topic}`,
      n,
      1,
    ]),
    ['autoCreate.partitions', autoCreate?.partitions ?? 1, 1],
    ['maxRecordBytes', maxRecordBytes, 1],
    ['commitMetadataBytes', commitMetadataBytes, 0],
  ];
  const problems = wholeNumbers
    .filter(([, value, least]) => !Number.isInteger(value) || value < least)
    .map(([what, value, least]) => `${what} is ${value}, expected a whole number from ${least} on`);
  if (problems.length > 0) throw new InvalidConfigError('memory backend options', problems);
}
