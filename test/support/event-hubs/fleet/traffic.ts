import { setTimeout as wait } from 'node:timers/promises';
import { EventHubProducerClient } from '@azure/event-hubs';
import { eventBody } from './member-task.ts';

export interface TrafficOptions {
  readonly connectionString: string;
  readonly hub: string;
  readonly partitions: number;
  /** How often each partition gets a batch. */
  readonly everyMs: number;
  readonly perBatch: number;
}

/** Live production: numbered events to each partition, a batch at a time, spread over the interval. */
export class Traffic implements AsyncDisposable {
  /** Per partition: when each event was sent, by the machine's monotonic clock. Those acknowledged only. */
  readonly sentNs: readonly bigint[][];
  readonly #options: TrafficOptions;
  readonly #client: EventHubProducerClient;
  readonly #over = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#client = new EventHubProducerClient(options.connectionString, options.hub);
    this.sentNs = Array.from({ length: options.partitions }, () => []);
  }

  get produced(): number {
    return this.sentNs.reduce((sum, { length }) => sum + length, 0);
  }

  start(): void {
    this.#running = Promise.all(this.sentNs.map((_, partition) => this.#feed(partition)));
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#client.close();
  }

  async #feed(partition: number): Promise<void> {
    const { everyMs, partitions } = this.#options;
    let nextAt = performance.now() + (everyMs * partition) / partitions;
    while (!this.#over.signal.aborted) {
      const aheadMs = nextAt - performance.now();
      if (aheadMs > 0) await wait(aheadMs);
      nextAt += everyMs;
      await this.send(partition, this.#options.perBatch);
    }
  }

  /** One batch. */
  async send(partition: number, count: number): Promise<void> {
    const sent = this.sentNs[partition] ?? [];
    const atNs = process.hrtime.bigint();
    const batch = Array.from({ length: count }, (_, i) => ({
      body: eventBody(partition, sent.length + i + 1),
    }));
    await this.#client.sendBatch(batch, { partitionId: String(partition) });
    for (let i = 0; i < count; i++) sent.push(atNs);
  }
}
