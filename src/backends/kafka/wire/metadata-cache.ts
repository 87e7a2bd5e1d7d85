import type { Clock } from '../../../core/index.ts';
import type { BrokerNode, TopicMetadata, Wire } from './wire.ts';

/** A partition's leader as last heard. */
export interface Leader {
  readonly node: BrokerNode;
  readonly epoch: number;
}

/** What the cluster last said about the topics somebody asked for. */
export class MetadataCache {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #askedAtMs = new Map<string, number>();
  #brokers: ReadonlyMap<number, BrokerNode> = new Map();

  constructor(wire: Wire, clock: Clock) {
    this.#wire = wire;
    this.#clock = clock;
  }

  /** Absent: never asked for, or it did not exist then. */
  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  /** Milliseconds since the topic was last asked for; Infinity when never. */
  ageMs(name: string): number {
    const askedAtMs = this.#askedAtMs.get(name);
    return askedAtMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() - askedAtMs;
  }

  broker(nodeId: number): BrokerNode | undefined {
    return this.#brokers.get(nodeId);
  }

  /** Absent while there is none, or while its broker is unknown. */
  leader(topic: string, partition: number): Leader | undefined {
    const found = this.#topics.get(topic)?.partitions[partition];
    const node = found && this.#brokers.get(found.leaderId);
    return node && { node, epoch: found.leaderEpoch };
  }

  /** Asks for these topics; the rest stays as it is. One attempt: rejects as `Wire.metadata` does. */
  async refresh(topics: readonly string[]): Promise<void> {
    const answer = await this.#wire.metadata(topics);
    const now = this.#clock.now();
    this.#brokers = answer.brokers;
    for (const topic of topics) {
      const found = answer.topics.get(topic);
      this.#askedAtMs.set(topic, now);
      if (found === undefined) this.#topics.delete(topic);
      else this.#topics.set(topic, found);
    }
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
    this.#askedAtMs.delete(topic);
  }
}
