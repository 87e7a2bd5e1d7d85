import { ConnectedReceivers } from './amqp/connected-receivers.ts';
import { IdempotentProducers } from './amqp/idempotent-producers.ts';
import { type LogLimits, PartitionLog } from './log/partition-log.ts';

/** An event hub to serve. */
export interface HubDefinition {
  readonly name: string;
  /** 1 to 1024. */
  readonly partitions: number;
  /** Beside `$Default`, which always exists. `any`: each comes into being when it is first named. @default [] */
  readonly consumerGroups?: readonly string[] | 'any';
}

export const DEFAULT_GROUP = '$Default';

export interface HubPartition {
  readonly id: string;
  readonly log: PartitionLog;
  readonly producers: IdempotentProducers;
}

/** One event hub: its partitions and who reads them. */
export class Hub {
  readonly name: string;
  readonly createdAtMs: number;
  readonly partitions: readonly HubPartition[];
  /** By lower-cased name: the service does not tell groups apart by case. */
  readonly #groups = new Map<string, Map<string, ConnectedReceivers>>();
  readonly #takesAnyGroup: boolean;
  #nextPartition = 0;

  constructor(definition: HubDefinition, limits: LogLimits, createdAtMs: number) {
    this.name = definition.name;
    this.createdAtMs = createdAtMs;
    this.partitions = Array.from({ length: definition.partitions }, (_, index) => ({
      id: String(index),
      log: new PartitionLog(limits),
      producers: new IdempotentProducers(),
    }));
    const { consumerGroups = [] } = definition;
    this.#takesAnyGroup = consumerGroups === 'any';
    for (const group of [DEFAULT_GROUP, ...(consumerGroups === 'any' ? [] : consumerGroups)]) {
      this.#groups.set(group.toLowerCase(), new Map());
    }
  }

  partition(id: string): HubPartition | undefined {
    return this.partitions.find((partition) => partition.id === id);
  }

  hasGroup(group: string): boolean {
    const key = group.toLowerCase();
    if (this.#takesAnyGroup && !this.#groups.has(key)) this.#groups.set(key, new Map());
    return this.#groups.has(key);
  }

  /** Who is connected to a partition for a group. The group must exist. */
  receivers(group: string, partition: string): ConnectedReceivers {
    const partitions = this.#groups.get(group.toLowerCase());
    let receivers = partitions?.get(partition);
    if (receivers === undefined) {
      receivers = new ConnectedReceivers();
      partitions?.set(partition, receivers);
    }
    return receivers;
  }

  /** Partitions in turn, for batches that name none and have no key. */
  takeTurn(): HubPartition | undefined {
    const partition = this.partitions[this.#nextPartition];
    this.#nextPartition = (this.#nextPartition + 1) % this.partitions.length;
    return partition;
  }
}
