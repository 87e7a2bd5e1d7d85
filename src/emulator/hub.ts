import { ConnectedReceivers } from './amqp/connected-receivers.ts';
import { EventLog } from './amqp/event-log.ts';
import { IdempotentProducers } from './amqp/idempotent-producers.ts';
import type { Partition } from './kafka-log/partition.ts';
import type { Topic } from './kafka-log/topic.ts';

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
  readonly log: EventLog;
  readonly producers: IdempotentProducers;
}

/** What hubs need beside their topics. */
export interface HubParts {
  /** Takes the next producer id nobody has, of either protocol. */
  nextProducerId(): number;
}

/** One event hub: a topic as AMQP sees it, and who reads it. */
export class Hub {
  readonly topic: Topic;
  readonly #parts: HubParts;
  readonly #partitions: HubPartition[] = [];
  /** By lower-cased name: the service does not tell groups apart by case. */
  readonly #groups = new Map<string, Map<string, ConnectedReceivers>>();
  readonly #takesAnyGroup: boolean;
  #nextPartition = 0;

  constructor(topic: Topic, consumerGroups: readonly string[] | 'any', parts: HubParts) {
    this.topic = topic;
    this.#parts = parts;
    this.#takesAnyGroup = consumerGroups === 'any';
    for (const group of [DEFAULT_GROUP, ...(consumerGroups === 'any' ? [] : consumerGroups)]) {
      this.#groups.set(group.toLowerCase(), new Map());
    }
  }

  get name(): string {
    return this.topic.name;
  }

  get createdAtMs(): number {
    return this.topic.createdAtMs;
  }

  /** A Kafka client may have made more of them. */
  get partitions(): readonly HubPartition[] {
    for (const partition of this.topic.partitions.slice(this.#partitions.length))
      this.#partitions.push(this.#hubPartition(partition));
    return this.#partitions;
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
    const { partitions } = this;
    const partition = partitions[this.#nextPartition % partitions.length];
    this.#nextPartition = (this.#nextPartition + 1) % partitions.length;
    return partition;
  }

  #hubPartition(partition: Partition): HubPartition {
    const { nextProducerId } = this.#parts;
    return {
      id: String(this.#partitions.length),
      log: new EventLog(this.topic, partition),
      producers: new IdempotentProducers({
        last: (producerId) => partition.producers.last(producerId),
        nextProducerId,
      }),
    };
  }
}
