import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { until } from '../until.ts';

const partitions = [0, 1, 2, 3, 4, 5];

/** Time between two records of a partition. */
const PACE_MS = 150;

/** Writes to topics of six partitions as long as they are open, one record into each partition again and again. */
export class LiveProduction {
  readonly #producer: Producer;
  readonly #open = new Map<string, Written>();
  #ending = false;
  #done: Promise<void> = Promise.resolve();

  constructor(bootstrap: readonly string[]) {
    const kafka = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING });
    const createPartitioner = Partitioners.DefaultPartitioner;
    // What counts as written must be in the log once.
    this.#producer = kafka.producer({ createPartitioner, idempotent: true });
  }

  async start(): Promise<void> {
    await this.#producer.connect();
    this.#done = this.#run();
  }

  open(topic: string): Written {
    const written = new Written();
    this.#open.set(topic, written);
    return written;
  }

  /** Resolves when nothing more will be written to the topic. */
  async close(topic: string): Promise<void> {
    const written = this.#open.get(topic);
    this.#open.delete(topic);
    await until('the last records are written', () => !written?.busy);
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.#done;
    await this.#producer.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      const sent = [...this.#open].map(([topic, written]) => ({ topic, written }));
      const topicMessages = sent.map(({ topic, written }) => ({ topic, messages: written.next() }));
      const startedMs = performance.now();
      if (topicMessages.length > 0) await this.#producer.sendBatch({ topicMessages, acks: -1 });
      for (const { written } of sent) written.acknowledge();
      const dueMs = startedMs + PACE_MS;
      await until('the next record is due', () => performance.now() >= dueMs, { everyMs: 10 });
    }
  }
}

/** What was written to one topic. */
export class Written {
  readonly values: string[] = [];
  #pending: string[] = [];

  get busy(): boolean {
    return this.#pending.length > 0;
  }

  next(): { partition: number; value: string }[] {
    const round = this.values.length / partitions.length;
    const messages = partitions.map((partition) => ({ partition, value: `${partition}/${round}` }));
    this.#pending = messages.map(({ value }) => value);
    return messages;
  }

  acknowledge(): void {
    this.values.push(...this.#pending);
    this.#pending = [];
  }
}
