import { PartitaError } from '../../core/index.ts';
import type {
  Emulator,
  Faults,
  KafkaBroker,
  KafkaBrokerState,
  KafkaFaults,
  KafkaTopicDefinition,
} from '../../emulator/index.ts';
import { type KafkaConnection, kafkaConnection } from './kafka-connection.ts';
import { checkShared, type TestBrokerOptions } from './options.ts';

/**
 * Starts an embedded broker for a test: Kafka on a free port, and the same topics as event hubs over AMQP when asked for. What
 * it stores is in memory and gone when it is closed.
 *
 * ```ts
 * await using local = await broker({ topics: [{ name: 'orders', partitions: 4 }] });
 * const app = partita({ backend: kafka(local.kafka.partita) });
 * const java = toProperties(local.kafka.java);
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once.
 * @throws PartitaError `UNAVAILABLE` when a port cannot be had, `MISSING_PEER` when a package is not installed.
 */
export async function broker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { topics = [], kafka = {}, eventHubs = false, clock, logger } = options;
  const surroundings = { ...(clock && { clock }), ...(logger && { logger }) };
  // Loaded now: who imports this module for something else does not want a broker, or what it needs.
  const emulators = await import('../../emulator/index.ts');
  if (eventHubs === false) {
    const running = await emulators.kafkaBroker({ ...kafka, topics, ...surroundings });
    return new TestBroker(running, undefined, options);
  }
  checkShared(options);
  const { port = 0, ...listener } = kafka;
  const { defaultPartitions = 1 } = kafka;
  const emulator = await emulators.startEmulator({
    ...(eventHubs === true ? {} : eventHubs),
    hubs: topics.map((topic) => ({
      partitions: defaultPartitions,
      ...(typeof topic === 'string' ? { name: topic } : topic),
      consumerGroups: 'any' as const,
    })),
    kafkaPort: port,
    kafka: listener,
    ...surroundings,
  });
  const running = emulator.kafka;
  if (running === undefined) throw new PartitaError('UNAVAILABLE', 'There is no Kafka listener.');
  return new TestBroker(running, emulator, options);
}

/** A running broker; made by `broker`. */
export class TestBroker implements AsyncDisposable {
  /** How Kafka clients of any make connect. */
  readonly kafka: KafkaConnection;
  /** Trouble on demand for Kafka clients. */
  readonly faults: KafkaFaults;
  readonly #broker: KafkaBroker;
  readonly #emulator: Emulator | undefined;

  /** @internal */
  constructor(broker: KafkaBroker, emulator: Emulator | undefined, options: TestBrokerOptions) {
    this.#broker = broker;
    this.#emulator = emulator;
    this.kafka = kafkaConnection(broker, options.kafka ?? {});
    this.faults = broker.faults;
  }

  /**
   * How SDKs of Event Hubs connect, and trouble on demand for them.
   *
   * @throws PartitaError `INVALID_CONFIG` when AMQP was not asked for.
   */
  get eventHubs(): { readonly connectionString: string; readonly faults: Faults } {
    if (this.#emulator !== undefined) return this.#emulator;
    throw new PartitaError(
      'INVALID_CONFIG',
      'This broker speaks Kafka only. Start it with broker({ eventHubs: true }).',
    );
  }

  /** What the broker holds at this moment. */
  get state(): KafkaBrokerState {
    return this.#broker.state;
  }

  /** The broker itself: leaders and coordinators that move, brokers that stop, connections inside the process. */
  get embedded(): KafkaBroker {
    return this.#broker;
  }

  /**
   * Makes a topic; over AMQP it is an event hub.
   *
   * @param partitions default: the broker's `defaultPartitions`
   * @throws InvalidConfigError when name or number are not legal.
   * @throws PartitaError `TOPIC_EXISTS` when there is one of that name.
   */
  createTopic(name: string, partitions?: number): void {
    const topic: KafkaTopicDefinition = { name, ...(partitions !== undefined && { partitions }) };
    this.#broker.createTopic(topic);
  }

  /** Cuts all connections and frees the ports. */
  async close(): Promise<void> {
    await (this.#emulator ?? this.#broker).close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
