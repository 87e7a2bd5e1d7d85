import { InvalidConfigError } from '../core/index.ts';
import type { AmqpConnection } from './amqp/connection.ts';
import { AmqpListener } from './amqp/listener.ts';
import { type Serve, type TlsIdentity, tcpServer, tlsServer } from './amqp/socket-server.ts';
import { webSocketServer } from './amqp/web-socket-server.ts';
import { makeCertificate, removeCertificate, writeCertificate } from './certificate.ts';
import { CommonLog } from './common-log.ts';
import { ControlServer } from './control/control-server.ts';
import { Faults } from './faults/faults.ts';
import type { HubDefinition } from './hub.ts';
import { hubProblems } from './hub-problems.ts';
import { parseHubSpec } from './hub-spec.ts';
import { KafkaBroker } from './kafka/broker.ts';
import { Namespace } from './namespace.ts';
import {
  type EmulatorOptions,
  type ResolvedOptions,
  resolveOptions,
  topicProblems,
} from './options.ts';
import { type EmulatorState, stateOf } from './state.ts';

/**
 * Starts an Event Hubs namespace in this process. Official SDKs connect with its `connectionString`.
 *
 * ```ts
 * await using emulator = await startEmulator({ hubs: ['orders:4:billing'] });
 * const producer = new EventHubProducerClient(emulator.connectionString, 'orders');
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once.
 * @throws PartitaError `UNAVAILABLE` when a port cannot be had, `MISSING_PEER` when a package is not installed.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const emulator = new Emulator(resolveOptions(options));
  try {
    await emulator.start();
  } catch (error) {
    await emulator.close();
    throw error;
  }
  return emulator;
}

/** As on the service: a Kafka client sees when a record was appended, which AMQP calls the enqueued time. */
const MANNERS = {
  topicWord: 'hub',
  defaultConfigs: new Map([['message.timestamp.type', 'LogAppendTime']]),
} as const;

/** A running emulator; made by `startEmulator`. */
export class Emulator implements AsyncDisposable {
  /** Trouble on demand. */
  readonly faults: Faults;
  readonly #options: ResolvedOptions;
  readonly #log: CommonLog;
  readonly #namespace: Namespace;
  readonly #listeners: AmqpListener[] = [];
  #kafka: KafkaBroker | undefined;
  #control: ControlServer | undefined;
  #port = 0;
  #tlsPort: number | undefined;
  #webSocketPort: number | undefined;
  #controlPort: number | undefined;
  #certificatePath: string | undefined;

  /** @internal */
  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#log = new CommonLog(options, MANNERS);
    this.#namespace = new Namespace({
      clock: options.clock,
      log: options.logger,
      keys: options.accessKeys,
      maxMessageBytes: options.maxMessageBytes,
      shared: this.#log,
    });
    for (const hub of options.hubs) this.#namespace.openHub(hub);
    this.faults = new Faults(this.#namespace, () => this.#connections());
  }

  get port(): number {
    return this.#port;
  }

  /** For the SDKs' constructors; the hub is given to them beside it. */
  get connectionString(): string {
    return `${this.#endpoint(this.#port)}UseDevelopmentEmulator=true;`;
  }

  /** For clients that insist on TLS and trust the certificate. Undefined without a TLS listener. */
  get tlsConnectionString(): string | undefined {
    return this.#tlsPort === undefined ? undefined : this.#endpoint(this.#tlsPort);
  }

  /** For clients with `webSocketOptions` that trust the certificate. Undefined without a WebSocket listener. */
  get webSocketConnectionString(): string | undefined {
    return this.#webSocketPort === undefined ? undefined : this.#endpoint(this.#webSocketPort);
  }

  /** Where the self-signed certificate lies. Undefined without a listener with TLS, or with a certificate of your own. */
  get certificatePath(): string | undefined {
    return this.#certificatePath;
  }

  /** Base of the control requests. Undefined without a control port. */
  get controlUrl(): string | undefined {
    return this.#controlPort === undefined ? undefined : `http://127.0.0.1:${this.#controlPort}`;
  }

  /** The Kafka listener, with its faults and its state. Undefined without one. */
  get kafka(): KafkaBroker | undefined {
    return this.#kafka;
  }

  /** `host:port` for Kafka clients. Undefined without a Kafka listener. */
  get kafkaBootstrap(): string | undefined {
    return this.#kafka?.bootstrap;
  }

  get state(): EmulatorState {
    return stateOf(this.#namespace, this.#connections());
  }

  /**
   * Serves one more hub: a definition, or words as `orders:4:group1,group2`.
   *
   * @throws InvalidConfigError when the definition is wrong.
   * @throws PartitaError `TOPIC_EXISTS` when there is a hub of that name.
   */
  addHub(hub: HubDefinition | string): void {
    const definition = typeof hub === 'string' ? parseHubSpec(hub) : hub;
    const { kafka } = this.#options;
    const problems = hubProblems([definition]);
    if (kafka !== undefined) problems.push(...topicProblems([definition]));
    if (problems.length > 0) throw new InvalidConfigError('hub', problems);
    this.#namespace.addHub(definition);
  }

  /**
   * Leaves the last event of each key in all partitions of the hub, as Kafka does in compacted topics. Returns how many went.
   *
   * @throws PartitaError `UNKNOWN_TOPIC`.
   */
  compact(hub: string): number {
    return this.#log.compact(hub);
  }

  /** @internal */
  async start(): Promise<void> {
    const { port, tlsPort, webSocketPort, controlPort, kafka } = this.#options;
    this.#port = await this.#listen(tcpServer, port);
    if (kafka !== undefined) {
      this.#kafka = new KafkaBroker(kafka, { log: this.#log });
      await this.#kafka.start();
    }
    if (tlsPort !== undefined || webSocketPort !== undefined) {
      const identity = await this.#identity();
      if (tlsPort !== undefined) this.#tlsPort = await this.#listen(tlsServer(identity), tlsPort);
      if (webSocketPort !== undefined)
        this.#webSocketPort = await this.#listen(webSocketServer(identity), webSocketPort);
    }
    if (controlPort !== undefined) {
      this.#control = new ControlServer(this);
      this.#controlPort = await this.#control.listen(controlPort);
    }
  }

  /** Cuts all connections, frees the ports and removes the certificate. What was stored is gone, unless there is a folder. */
  async close(): Promise<void> {
    await Promise.all([
      ...this.#listeners.map((one) => one.close()),
      this.#control?.close(),
      this.#kafka?.close(),
    ]);
    this.#listeners.length = 0;
    this.#control = undefined;
    this.#kafka = undefined;
    this.#log.close();
    if (this.#certificatePath !== undefined) await removeCertificate(this.#certificatePath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Of the listeners with TLS. */
  async #identity(): Promise<TlsIdentity> {
    const given = this.#options.tls;
    if (given !== undefined) return given;
    const made = await makeCertificate();
    this.#certificatePath = await writeCertificate(made);
    return made;
  }

  async #listen(serve: Serve, port: number): Promise<number> {
    const listener = new AmqpListener(this.#namespace, serve);
    const chosen = await listener.listen(port, this.#options.host);
    this.#listeners.push(listener);
    return chosen;
  }

  #connections(): readonly AmqpConnection[] {
    return this.#listeners.flatMap(({ connections }) => connections);
  }

  #endpoint(port: number): string {
    const [name, key] = Object.entries(this.#options.accessKeys)[0] ?? [];
    return `Endpoint=sb://localhost:${port};SharedAccessKeyName=${name};SharedAccessKey=${key};`;
  }
}
