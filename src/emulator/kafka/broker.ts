import type { Duplex } from 'node:stream';
import { InvalidConfigError, PartitaError } from '../../core/index.ts';
import { makeCertificate, removeCertificate, writeCertificate } from '../certificate.ts';
import { CommonLog } from '../common-log.ts';
import { ControlServer } from '../control/control-server.ts';
import type { Connection } from '../kafka-wire/connection.ts';
import type { KafkaTlsIdentity } from '../kafka-wire/listener.ts';
import type { BrokerNode } from './broker-node.ts';
import { nodeOf, stateOf } from './broker-parts.ts';
import type { BrokerState } from './broker-state.ts';
import { KafkaFaults } from './faults.ts';
import { checkKafkaOptions } from './option-check.ts';
import {
  type KafkaBrokerOptions,
  type KafkaTopicDefinition,
  type ResolvedKafkaOptions,
  resolveKafkaOptions,
} from './options.ts';
import { type KafkaSocketFactory, socketFactoryOf } from './socket-factory.ts';
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
  /** @default one of its own */
  readonly log?: CommonLog;
}

const MANNERS = { topicWord: 'topic' } as const;

/** A running broker, or cluster of them; made by `kafkaBroker`. What it stores is gone when it is closed, unless it was given a folder. */
export class KafkaBroker implements AsyncDisposable {
  /** Trouble on demand. */
  readonly faults: KafkaFaults;
  readonly #nodes: readonly BrokerNode[];
  readonly #state: BrokerState;
  readonly #options: ResolvedKafkaOptions;
  readonly #log: CommonLog;
  readonly #ownsLog: boolean;
  #control: ControlServer | undefined;
  #controlPort: number | undefined;
  #identity: KafkaTlsIdentity | undefined;
  #certificatePath: string | undefined;

  /** @internal */
  constructor(options: ResolvedKafkaOptions, shared: SharedParts = {}) {
    this.#options = options;
    this.#nodes = Array.from({ length: options.brokers }, (_, index) => nodeOf(options, index));
    this.#log = shared.log ?? new CommonLog(options, MANNERS);
    this.#ownsLog = shared.log === undefined;
    this.#state = stateOf(options, this.#nodes, this.#log);
    for (const { name, partitions } of options.topics) this.#log.openTopic(name, partitions);
    this.faults = new KafkaFaults(this.#state.faults, {
      versions: this.#state.versions,
      dropConnections: (clientId) => this.#drop(clientId),
      freeze: (broker) => {
        for (const node of this.#nodesOf(broker)) node.freezer.freeze();
      },
      thaw: (broker) => {
        for (const node of this.#nodesOf(broker)) node.freezer.thaw();
      },
    });
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

  /** The certificate clients have to trust, as PEM. Undefined without TLS. */
  get certificate(): string | undefined {
    return this.#identity?.cert;
  }

  /** Where the self-signed certificate lies. Undefined without TLS, or with a certificate of your own. */
  get certificatePath(): string | undefined {
    return this.#certificatePath;
  }

  /** Base of the control requests. Undefined without a control port. */
  get controlUrl(): string | undefined {
    return this.#controlPort === undefined ? undefined : `http://127.0.0.1:${this.#controlPort}`;
  }

  /** With preset `eventhubs`: the password of `$ConnectionString`. Undefined otherwise. */
  get connectionString(): string | undefined {
    const { preset, accessKeys } = this.#options;
    if (preset !== 'eventhubs') return undefined;
    const [name, key] = Object.entries(accessKeys)[0] ?? [];
    return `Endpoint=sb://${this.bootstrap};SharedAccessKeyName=${name};SharedAccessKey=${key}`;
  }

  /**
   * A connection inside the process, to a broker of the cluster: the client's end of it.
   *
   * @throws PartitaError `INVALID_CONFIG` when there is no such broker.
   */
  connect(nodeId: number = 1): Duplex {
    return this.#node(nodeId).connect();
  }

  /**
   * Connects KafkaJS (option `socketFactory`) and `kafka()` of Partita inside the process: no port is used, and with a virtual
   * clock no real time has to pass. A broker is found by its address.
   */
  get socketFactory(): KafkaSocketFactory {
    return socketFactoryOf(this.#nodes);
  }

  /** What the broker holds at this moment. */
  get state(): KafkaBrokerState {
    return describeState(this.#state, this.#connections.length);
  }

  /**
   * Makes a topic, as words or with partitions.
   *
   * @throws InvalidConfigError when name or number are not legal.
   * @throws PartitaError `TOPIC_EXISTS` when there is one of that name.
   */
  createTopic(topic: KafkaTopicDefinition | string): void {
    const { defaultPartitions } = this.#options;
    const problems = checkKafkaOptions({ topics: [topic], defaultPartitions });
    if (problems.length > 0) throw new InvalidConfigError('topic', problems);
    const given = typeof topic === 'string' ? { name: topic } : topic;
    const { name, partitions = defaultPartitions } = given;
    const { topics } = this.#state;
    if (topics.get(name) !== undefined)
      throw new PartitaError('TOPIC_EXISTS', `The topic '${name}' exists already.`, {
        topic: name,
      });
    topics.create(name, partitions);
  }

  /**
   * Leaves the last record of each key in all partitions of a topic; offsets stay, so gaps come into being. Deletions (records
   * without a value) go with the first compaction that comes `delete.retention.ms` of the topic after one that saw them. Returns
   * how many records went.
   *
   * @throws PartitaError `UNKNOWN_TOPIC`.
   */
  compact(topic: string): number {
    return this.#log.compact(topic);
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
    await node.listen(this.#state, this.#identity);
    this.#state.cluster.started(nodeId);
  }

  /** @internal */
  async start(): Promise<void> {
    const { tls, controlPort, advertisedHost } = this.#options;
    this.#identity = tls === 'self-signed' ? await makeCertificate(advertisedHost) : tls;
    if (tls === 'self-signed' && this.#identity !== undefined)
      this.#certificatePath = await writeCertificate(this.#identity);
    for (const node of this.#nodes) await node.listen(this.#state, this.#identity);
    if (controlPort === undefined) return;
    const control = new ControlServer({ kafka: this });
    this.#controlPort = await control.listen(controlPort);
    this.#control = control;
  }

  /** Cuts all connections, frees the ports and removes the certificate. */
  async close(): Promise<void> {
    this.#state.groups.close();
    this.#state.transactions.close();
    const control = this.#control;
    this.#control = undefined;
    await Promise.all([control?.close(), ...this.#nodes.map((node) => node.close())]);
    if (this.#ownsLog) this.#log.close();
    const path = this.#certificatePath;
    this.#certificatePath = undefined;
    if (path !== undefined) await removeCertificate(path);
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

  #nodesOf(nodeId: number | undefined): readonly BrokerNode[] {
    return nodeId === undefined ? this.#nodes : [this.#node(nodeId)];
  }

  #drop(clientId: string | undefined): number {
    const hit = this.#connections.filter(
      (connection) => clientId === undefined || connection.clientId === clientId,
    );
    for (const connection of hit) connection.drop();
    return hit.length;
  }
}
