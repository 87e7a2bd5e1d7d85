import type { BrokerNode, Link, Wire } from '../../src/backends/kafka/wire/wire.ts';
import {
  createTopicsApi,
  LATEST_OFFSET,
  listOffsetsApi,
  metadataApi,
  produceApi,
} from '../../src/protocol/index.ts';
import { until } from './until.ts';

export interface RawTopicOptions {
  /** @default 1 */
  readonly partitions?: number;
  /** @default 1 */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

const options = { timeoutMs: 10_000 };

/** A topic on a real broker, written by the protocol alone, so that a test decides what lies in its log. */
export class RawTopic {
  readonly name: string;
  readonly #wire: Wire;
  readonly #links = new Map<number, Link>();

  constructor(wire: Wire, name: string) {
    this.#wire = wire;
    this.name = name;
  }

  /** Resolves when all partitions have leaders. */
  static async create(wire: Wire, name: string, plan: RawTopicOptions = {}): Promise<RawTopic> {
    const { partitions = 1, replicationFactor = 1, configs = {} } = plan;
    const topic = new RawTopic(wire, name);
    const { brokers, controllerId } = await wire.metadata([]);
    const broker = brokers.get(controllerId) ?? [...brokers.values()][0];
    if (broker === undefined) throw new Error('metadata names no broker');
    const link = wire.link(broker, 'admin');
    const answer = await link.send(
      createTopicsApi,
      {
        topics: [
          {
            topic: name,
            partitions,
            replicationFactor,
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
        timeoutMs: 10_000,
      },
      options,
    );
    const code = answer.topics[0]?.errorCode;
    if (code !== 0) throw new Error(`topic ${name} was not created: error ${code}`);
    link.close();
    for (let i = 0; i < partitions; i++)
      await until(`${name}-${i} has a leader`, () => topic.leader(i).then(Boolean, () => false));
    return topic;
  }

  at(partition: number): { topic: string; partition: number; offset: number } {
    return { topic: this.name, partition, offset: 0 };
  }

  async leader(partition: number): Promise<BrokerNode> {
    const { topics, brokers } = await this.#wire.metadata([this.name]);
    const described = topics
      .get(this.name)
      ?.partitions.find((each) => each.partition === partition);
    const leader = described && brokers.get(described.leaderId);
    if (leader === undefined) throw new Error(`${this.name}-${partition} has no leader`);
    return leader;
  }

  /** Resolves when every replica has all records: from then on one broker may go, and writing goes on. */
  async inSync(): Promise<void> {
    await until(
      `all replicas of ${this.name} are in sync`,
      async () => {
        const answer = await this.#ask(0, (link) =>
          link.send(metadataApi, { topics: [this.name] }, options),
        );
        const partitions = answer?.topics[0]?.partitions ?? [];
        return (
          partitions.length > 0 &&
          partitions.every(({ isr, replicas }) => isr.length === replicas.length)
        );
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Writes one batch, acknowledged by all; tries until it works, and so may write it twice. */
  async produce(partition: number, records: Buffer): Promise<void> {
    const topics = [{ topic: this.name, partitions: [{ partition, records }] }];
    const written = async () => {
      const answer = await this.#ask(partition, (link) =>
        link.send(produceApi, { acks: -1, timeoutMs: 5_000, topics }, options),
      );
      const code = answer?.topics[0]?.partitions[0]?.errorCode;
      if (code !== 0) this.#links.delete(partition);
      return code === 0;
    };
    await until(`${this.name}-${partition} is written`, written, { timeoutMs: 60_000 });
  }

  async endOffset(partition: number): Promise<number> {
    const topics = [{ topic: this.name, partitions: [{ partition, timestampMs: LATEST_OFFSET }] }];
    let offset = -1;
    await until(`${this.name}-${partition} tells its end`, async () => {
      const answer = await this.#ask(partition, (link) =>
        link.send(listOffsetsApi, { topics }, options),
      );
      const listed = answer?.topics[0]?.partitions[0];
      offset = listed?.errorCode === 0 ? listed.offset : -1;
      if (offset < 0) this.#links.delete(partition);
      return offset >= 0;
    });
    return offset;
  }

  /** Undefined when the leader could not be asked; the next call looks for it anew. */
  async #ask<T>(partition: number, send: (link: Link) => Promise<T>): Promise<T | undefined> {
    try {
      const link =
        this.#links.get(partition) ?? this.#wire.link(await this.leader(partition), 'test');
      this.#links.set(partition, link);
      return await send(link);
    } catch {
      // Brokers are stopped under this topic; whoever asks looks again until it works or time is up.
      this.#links.delete(partition);
      return undefined;
    }
  }
}
