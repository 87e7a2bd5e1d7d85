import { type Consumer, type ConsumerConfig, Kafka, logLevel } from 'kafkajs';
import type { GroupPeer, Handled } from './group-peer.ts';

type Settings = Omit<ConsumerConfig, 'groupId'>;

/** Members that notice changes soon. */
const quick: Settings = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 300,
  maxWaitTimeInMs: 200,
};

/** A member in KafkaJS, which knows one assignor: `RoundRobinAssigner`. */
export class KafkaJsPeer implements GroupPeer {
  readonly owned = new Set<string>();
  readonly log: string[] = [];
  readonly handled: Handled[] = [];
  isLeader = false;
  readonly #consumer: Consumer;

  private constructor(bootstrap: readonly string[], topic: string, settings: Settings) {
    this.#consumer = new Kafka({
      brokers: [...bootstrap],
      logLevel: logLevel.NOTHING,
    }).consumer({ ...settings, groupId: topic });
    const { GROUP_JOIN, REBALANCING, CRASH } = this.#consumer.events;
    this.#consumer.on(REBALANCING, () => this.owned.clear());
    this.#consumer.on(CRASH, ({ payload }) => this.log.push(`failed ${payload.error.message}`));
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      this.isLeader = payload.isLeader;
      this.owned.clear();
      for (const partition of payload.memberAssignment[topic] ?? []) {
        this.owned.add(`${topic}-${partition}`);
      }
      this.log.push(`assigned ${[...this.owned].join(' ')}`);
    });
  }

  static async join(
    bootstrap: readonly string[],
    topic: string,
    settings: Settings = quick,
  ): Promise<KafkaJsPeer> {
    const peer = new KafkaJsPeer(bootstrap, topic, settings);
    await peer.#consumer.connect();
    await peer.#consumer.subscribe({ topic, fromBeginning: true });
    await peer.#consumer.run({
      eachMessage: async ({ message }) => {
        peer.handled.push({ value: String(message.value), atMs: performance.now() });
      },
    });
    return peer;
  }

  async leave(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
