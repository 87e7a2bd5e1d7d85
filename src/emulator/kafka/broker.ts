import { randomBytes } from 'node:crypto';
import { Groups } from '../kafka-groups/groups.ts';
import { Topics } from '../kafka-log/topics.ts';
import { Transactions } from '../kafka-transactions/transactions.ts';
import { KafkaListener } from '../kafka-wire/listener.ts';
import type { BrokerState } from './broker-state.ts';
import { FaultRules, KafkaFaults } from './faults.ts';
import {
  type KafkaBrokerOptions,
  type ResolvedKafkaOptions,
  resolveKafkaOptions,
} from './options.ts';
import { describeState, type KafkaBrokerState } from './state.ts';

const NODE_ID = 1;

/**
 * Starts a Kafka broker in this process. Kafka clients connect to its `bootstrap` address.
 *
 * ```ts
 * await using broker = await kafkaBroker({ topics: [{ name: 'orders', partitions: 4 }] });
 * const app = partita({ backend: kafka({ brokers: [broker.bootstrap] }) });
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once.
 * @throws PartitaError `UNAVAILABLE` when the port cannot be had.
 */
export async function kafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const resolved = resolveKafkaOptions(options);
  const broker = new KafkaBroker(resolved);
  await broker.start();
  return broker;
}

/** A running broker; made by `kafkaBroker`. What it stores is gone when it is closed. */
export class KafkaBroker implements AsyncDisposable {
  /** Trouble on demand. */
  readonly faults: KafkaFaults;
  readonly #options: ResolvedKafkaOptions;
  readonly #state: BrokerState;
  readonly #listener: KafkaListener;
  readonly #address: { host: string; port: number };

  /** @internal */
  constructor(options: ResolvedKafkaOptions) {
    const { advertisedHost, port } = options;
    this.#options = options;
    this.#address = { host: advertisedHost, port };
    this.#state = stateOf(options, this.#address);
    for (const { name, partitions } of options.topics) this.#state.topics.create(name, partitions);
    this.#listener = new KafkaListener(this.#state, options.maxRequestBytes);
    this.faults = new KafkaFaults(this.#state.faults, (clientId) => this.#drop(clientId));
  }

  get port(): number {
    return this.#address.port;
  }

  /** `host:port`, for clients. */
  get bootstrap(): string {
    return `${this.#address.host}:${this.#address.port}`;
  }

  /** What the broker holds at this moment. */
  get state(): KafkaBrokerState {
    return describeState(this.#state, this.#listener.connections.length);
  }

  /** @internal */
  async start(): Promise<void> {
    const { port, host } = this.#options;
    this.#address.port = await this.#listener.listen(port, host);
  }

  /** Cuts all connections and frees the port. */
  async close(): Promise<void> {
    this.#state.groups.close();
    this.#state.transactions.close();
    await this.#listener.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #drop(clientId: string | undefined): number {
    const hit = this.#listener.connections.filter(
      (connection) => clientId === undefined || connection.clientId === clientId,
    );
    for (const connection of hit) connection.drop();
    return hit.length;
  }
}

function stateOf(
  options: ResolvedKafkaOptions,
  address: { readonly host: string; readonly port: number },
): BrokerState {
  let producerIds = 0;
  const nextProducerId = (): number => producerIds++;
  const topics = new Topics({
    maxBytes: options.maxPartitionBytes,
    maxAgeMs: options.retentionMs,
  });
  const groups = new Groups(options);
  const { clock, logger, defaultPartitions, autoCreateTopics, maxCommitMetadataBytes } = options;
  return {
    clock,
    log: logger,
    clusterId: randomBytes(16).toString('base64url'),
    nodeId: NODE_ID,
    address,
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
