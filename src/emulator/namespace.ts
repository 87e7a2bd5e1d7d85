import { type Clock, type Logger, PartitaError } from '../core/index.ts';
import { AmqpError, notFound } from './amqp/conditions.ts';
import type { AccessKeys } from './amqp/sas-token.ts';
import type { CommonLog } from './common-log.ts';
import { FaultRules } from './faults/fault-rules.ts';
import { Hub, type HubDefinition } from './hub.ts';
import type { Topic } from './kafka-log/topic.ts';

/** What all connections of one emulator share. */
export interface NamespaceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly shared: CommonLog;
  readonly keys: AccessKeys;
  readonly maxMessageBytes: number;
}

/** The hubs of one emulator: all topics there are, also those a Kafka client has made. */
export class Namespace {
  readonly clock: Clock;
  readonly log: Logger;
  readonly keys: AccessKeys;
  readonly maxMessageBytes: number;
  readonly faults: FaultRules;
  readonly #shared: CommonLog;
  /** By topic id, so that a topic that was made anew is another hub. */
  readonly #hubs = new Map<string, Hub>();

  constructor(options: NamespaceOptions) {
    this.clock = options.clock;
    this.log = options.log;
    this.keys = options.keys;
    this.maxMessageBytes = options.maxMessageBytes;
    this.faults = new FaultRules(options.clock);
    this.#shared = options.shared;
  }

  get hubs(): readonly Hub[] {
    return this.#shared.topics.all.map((topic) => this.#hubOf(topic));
  }

  /** @throws PartitaError `TOPIC_EXISTS` when there is a hub of that name. */
  addHub({ name, partitions, consumerGroups = [] }: HubDefinition): void {
    if (this.#topic(name) !== undefined) {
      throw new PartitaError('TOPIC_EXISTS', `The hub '${name}' exists already.`, { topic: name });
    }
    this.#declare(this.#shared.topics.create(name, partitions), consumerGroups);
  }

  /**
   * Serves a hub that may have been kept from another run, with more partitions when it was kept with fewer.
   */
  openHub({ name, partitions, consumerGroups = [] }: HubDefinition): void {
    const kept = this.#topic(name);
    this.#declare(this.#shared.openTopic(kept?.name ?? name, partitions), consumerGroups);
  }

  find(name: string): Hub | undefined {
    const topic = this.#topic(name);
    return topic && this.#hubOf(topic);
  }

  /** As links ask for it: @throws AmqpError when there is none, or it is refused on purpose. */
  hubFor(name: string): Hub {
    const hub = this.find(name);
    if (hub === undefined) throw notFound(name);
    if (this.faults.isRefused(name)) {
      throw new AmqpError(
        'com.microsoft:entity-disabled',
        `The messaging entity 'sb://localhost/${hub.name}' is disabled.`,
      );
    }
    return hub;
  }

  /** The service does not tell names apart by case, Kafka does. */
  #topic(name: string): Topic | undefined {
    const { topics } = this.#shared;
    const key = name.toLowerCase();
    return topics.get(name) ?? topics.all.find((topic) => topic.name.toLowerCase() === key);
  }

  /** Nobody has declared groups for a topic of a Kafka client, so it takes any. */
  #hubOf(topic: Topic): Hub {
    return this.#hubs.get(topic.id) ?? this.#declare(topic, 'any');
  }

  #declare(topic: Topic, consumerGroups: readonly string[] | 'any'): Hub {
    const hub = new Hub(topic, consumerGroups, this.#shared);
    this.#hubs.set(topic.id, hub);
    return hub;
  }
}
