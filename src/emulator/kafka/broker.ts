import { randomBytes } from 'node:crypto';
import { Groups } from '../kafka-groups/groups.ts';
import { Topics } from '../kafka-log/topics.ts';
import { Transactions } from '../kafka-transactions/transactions.ts';
import type { Connection } from '../kafka-wire/connection.ts';
import { BrokerNode } from './broker-node.ts';
import type { BrokerState } from './broker-state.ts';
import { Cluster } from './cluster.ts';
import { FaultRules, KafkaFaults } from './faults.ts';
import {
  type KafkaBrokerOptions,
  type ResolvedKafkaOptions,
  resolveKafkaOptions,
} from './options.ts';
import { describeState, type KafkaBrokerState } from './state.ts';

/**
 * Starts a Kafka broker in this process, or several that act as one cluster. Kafka clients connect to its `bootstrap` address.
 *
 * ```ts
 * await using broker = await kafkaBroker({ topics: [{ name: 'orders', partitions: 4 }] });
 * const app = partita({ backend: kafka({ brokers: [broker.bootstrap] }) });
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once.
 * @throws PartitaError `UNAVAILABLE` when a port cannot be had; nothing is left running then.
 */
export async function kafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const broker = new KafkaBroker(resolveKafkaOptions(options));
  try {
    await broker.start();
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

/** What the broker may share with others that serve the same log. */
export interface SharedParts {
  readonly topics?: Topics;
}

/** A running broker, or cluster of them; made by `kafkaBroker`. What it stores is gone when it is closed. */
export class KafkaBroker implements AsyncDisposable {
  /** Trouble on demand. */
  readonly faults: KafkaFaults;
  readonly #nodes: readonly BrokerNode[];
  readonly #state: BrokerState;

  /** @internal */
  constructor(options: ResolvedKafkaOptions, shared: SharedParts = {}) {
    this.#nodes = Array.from({ length: options.brokers }, (_, index) => nodeOf(options, index));
    this.#state = stateOf(options, this.#nodes, shared);
    for (const { name, partitions } of options.topics) this.#state.topics.create(name, partitions);
    this.faults = new KafkaFaults(this.#state.faults, (clientId) => this.#drop(clientId));
  }

  /** Of the first broker. */
  get port(): number {
    return this.#first.address.port;
  }

  /** `host:port` of the first broker, for clients: they find the others through it. */
  get bootstrap(): string {
    return this.bootstrapServers[0] ?? '';
  }

  /** `host:port` of every broker. */
  get bootstrapServers(): readonly string[] {
    return this.#nodes.map(({ address: { host, port } }) => `${host}:${port}`);
  }

  /** What the broker holds at this moment. */
  get state(): KafkaBrokerState {
    return describeState(this.#state, this.#connections.length);
  }

  /**
   * Elects a leader of the partition, under the next leader epoch. Without `to` it is the next running broker, or the same one
   * when there is no other.
   *
   * @throws PartitaError `UNKNOWN_TOPIC`, `UNKNOWN_PARTITION`, `INVALID_CONFIG` when that broker is none or does not run.
   */
  moveLeader(topic: string, partition: number, to?: number): void {
    this.#state.cluster.moveLeader(topic, partition, to);
  }

  /**
   * Gives a group another coordinator; its members and its generation stay. Without `to` it is the next running broker.
   *
   * @throws PartitaError `INVALID_CONFIG` when that broker is none or does not run.
   */
  moveCoordinator(group: string, to?: number): void {
    this.#state.cluster.moveCoordinator(group, to);
  }

  /**
   * Cuts the connections of one broker and closes its port; the others take over what it led and coordinated. The address is
   * kept for when it is started again.
   *
   * @throws PartitaError `INVALID_CONFIG` when there is no such broker.
   */
  async stopBroker(nodeId: number): Promise<void> {
    const node = this.#node(nodeId);
    if (!node.running) return;
    this.#state.cluster.stopped(nodeId);
    await node.close();
  }

  /**
   * Opens a stopped broker at its old address. What it led stays with the others, as in Kafka until leaders are elected anew.
   *
   * @throws PartitaError `INVALID_CONFIG` when there is no such broker, `UNAVAILABLE` when its port cannot be had again.
   */
  async startBroker(nodeId: number): Promise<void> {
    const node = this.#node(nodeId);
    if (node.running) return;
    await node.listen(this.#state);
    this.#state.cluster.started(nodeId);
  }

  /** @internal */
  async start(): Promise<void> {
    for (const node of this.#nodes) await node.listen(this.#state);
  }

  /** Cuts all connections and frees the ports. */
  async close(): Promise<void> {
    this.#state.groups.close();
    this.#state.transactions.close();
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #first(): BrokerNode {
    return this.#node(this.#nodes[0]?.nodeId ?? -1);
  }

  get #connections(): readonly Connection[] {
    return this.#nodes.flatMap(({ connections }) => connections);
  }

  #node(nodeId: number): BrokerNode {
    return this.#state.cluster.node(nodeId) as BrokerNode;
  }

  #drop(clientId: string | undefined): number {
    const hit = this.#connections.filter(
      (connection) => clientId === undefined || connection.clientId === clientId,
    );
    for (const connection of hit) connection.drop();
    return hit.length;
  }
}

/** With a port given the brokers take that one and those behind it. */
function nodeOf(options: ResolvedKafkaOptions, index: number): BrokerNode {
  const { host, advertisedHost, maxRequestBytes } = options;
  const port = options.port === 0 ? 0 : options.port + index;
  return new BrokerNode({ nodeId: index + 1, host, advertisedHost, port, maxRequestBytes });
}

function stateOf(
  options: ResolvedKafkaOptions,
  nodes: readonly BrokerNode[],
  shared: SharedParts,
): BrokerState {
  let producerIds = 0;
  const nextProducerId = (): number => producerIds++;
  const limits = { maxBytes: options.maxPartitionBytes, maxAgeMs: options.retentionMs };
  const topics = shared.topics ?? new Topics(limits);
  const groups = new Groups(options);
  const { clock, logger, defaultPartitions, autoCreateTopics, maxCommitMetadataBytes } = options;
  return {
    clock,
    log: logger,
    clusterId: randomBytes(16).toString('base64url'),
    cluster: new Cluster(nodes, topics, groups),
    topics,
    groups,
    transactions: new Transactions({ clock, topics, groups, nextProducerId }),
    faults: new FaultRules(clock),
    defaultPartitions,
    autoCreateTopics,
    maxCommitMetadataBytes,
    nextProducerId,
  };
}
