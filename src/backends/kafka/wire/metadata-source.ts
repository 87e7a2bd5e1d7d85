import { type Logger, PartitaError } from '../../../core/index.ts';
import {
  errorCode as kafkaCode,
  type MetadataResponse,
  type MetadataTopic,
  metadataApi,
} from '../../../protocol/index.ts';
import { kafkaError } from './kafka-error.ts';
import type {
  BrokerAddress,
  BrokerNode,
  ClusterMetadata,
  Link,
  PartitionMetadata,
  TopicMetadata,
} from './wire.ts';

export interface MetadataSourceOptions {
  readonly bootstrap: readonly BrokerAddress[];
  readonly requestTimeoutMs: number;
  readonly log: Logger;
  link(address: BrokerAddress): Link;
}

/** Asks for metadata on a connection of its own, at the first of all known brokers that answers. */
export class MetadataSource {
  readonly #options: MetadataSourceOptions;
  readonly #asking = new Map<string, Promise<ClusterMetadata>>();
  #known: readonly BrokerAddress[] = [];
  #link: Link | undefined;
  /** Replaced while another question was still on them. */
  readonly #replaced = new Set<Link>();

  constructor(options: MetadataSourceOptions) {
    this.#options = options;
  }

  ask(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const key = topics === null ? '*' : JSON.stringify([...topics].sort());
    const running = this.#asking.get(key);
    if (running !== undefined) return running;
    const answer = this.#askEverywhere(topics).finally(() => {
      this.#asking.delete(key);
      if (this.#asking.size === 0) this.#closeReplaced();
    });
    this.#asking.set(key, answer);
    return answer;
  }

  async #askEverywhere(topics: readonly string[] | null): Promise<ClusterMetadata> {
    let last: unknown;
    for (const address of this.#candidates()) {
      const link = this.#linkTo(address);
      try {
        const response = await link.send(
          metadataApi,
          { topics },
          { timeoutMs: this.#options.requestTimeoutMs },
        );
        this.#known = response.brokers.map(({ host, port }) => ({ host, port }));
        return toClusterMetadata(response);
      } catch (error) {
        last = error;
        // Other brokers would say the same.
        if (PartitaError.is(error) && !error.retriable && error.code !== 'CORRUPT_DATA')
          throw error;
        this.#options.log.debug('metadata: broker did not answer', { ...address, error });
      }
    }
    throw noAnswer(this.#candidates(), last);
  }

  /** The connected broker first, then what metadata named, then the bootstrap list; each address once. */
  #candidates(): readonly BrokerAddress[] {
    const all = [...this.#known, ...this.#options.bootstrap];
    if (this.#link?.closed === false) all.unshift(this.#link.address);
    return [
      ...new Map(all.map((address) => [`${address.host}:${address.port}`, address])).values(),
    ];
  }

  #linkTo(address: BrokerAddress): Link {
    const current = this.#link;
    const { host, port } = current?.address ?? {};
    if (current?.closed === false && host === address.host && port === address.port) return current;
    if (current?.closed === false) this.#replaced.add(current);
    this.#link = this.#options.link(address);
    return this.#link;
  }

  #closeReplaced(): void {
    for (const link of this.#replaced) link.close();
    this.#replaced.clear();
  }
}

function toClusterMetadata(response: MetadataResponse): ClusterMetadata {
  const brokers = new Map<number, BrokerNode>();
  for (const { rack, ...broker } of response.brokers)
    brokers.set(broker.nodeId, rack === null ? broker : { ...broker, rack });
  const topics = new Map<string, TopicMetadata>();
  for (const described of response.topics) {
    const topic = toTopic(described);
    if (topic !== undefined) topics.set(topic.topic, topic);
  }
  return { brokers, topics, controllerId: response.controllerId };
}

function toTopic({
  errorCode,
  topic,
  internal,
  partitions,
}: MetadataTopic): TopicMetadata | undefined {
  if (topic === null || errorCode === kafkaCode.UNKNOWN_TOPIC_OR_PARTITION) return undefined;
  // No broker knows a topic whose name cannot be.
  if (errorCode === kafkaCode.INVALID_TOPIC_EXCEPTION) return undefined;
  if (errorCode !== kafkaCode.NONE && errorCode !== kafkaCode.LEADER_NOT_AVAILABLE)
    throw kafkaError(errorCode, `Metadata of topic ${topic}`, { topic });
  // A topic that is just being created may be answered without partitions.
  if (partitions.length === 0) return undefined;
  return {
    topic,
    internal,
    partitions: partitions.map(toPartition).sort((a, b) => a.partition - b.partition),
  };
}

function toPartition(
  from: MetadataResponse['topics'][number]['partitions'][number],
): PartitionMetadata {
  const { partition, leaderId, leaderEpoch, replicas } = from;
  return { partition, leaderId, leaderEpoch, replicas };
}

/** None of them answered: says so with all addresses, and with what went wrong last. */
function noAnswer(candidates: readonly BrokerAddress[], last: unknown): unknown {
  if (!PartitaError.is(last) || (last.code !== 'CONNECTION_FAILED' && last.code !== 'TIMEOUT'))
    return last;
  const addresses = candidates.map(({ host, port }) => `${host}:${port}`).join(', ');
  return new PartitaError(
    last.code,
    `No broker answers at ${addresses}. ${last.message}. Check the option brokers, and that Kafka listens and can be reached there.`,
    { cause: last, retriable: last.retriable },
  );
}
