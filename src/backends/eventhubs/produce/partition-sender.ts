import type { EventHubProducerClient } from '@azure/event-hubs';
import {
  type BackendEnv,
  Backoff,
  type Cancel,
  PartitaError,
  type ProducerOptions,
  type RecordMetadata,
  sleep,
} from '../../../core/index.ts';
import { causeOf, eventHubsError } from '../sdk/event-hubs-error.ts';
import type { EventMessage } from './event-of-record.ts';

/** A record on its way. */
export interface PendingEvent {
  readonly message: EventMessage;
  readonly sizeBytes: number;
  /** When it fails if nobody has acknowledged it. */
  readonly deadlineMs: number;
  settle(result: RecordMetadata | PartitaError): void;
}

export interface PartitionSenderDeps {
  readonly env: BackendEnv;
  readonly client: EventHubProducerClient;
  /** Aborted when the connection is cut; another one from then on. */
  cut(): AbortSignal;
  readonly options: Pick<ProducerOptions, 'lingerMs' | 'batchBytes'>;
}

/** Sends the records of one partition: in order, one batch at a time, each filled to the limit of the link. */
export class PartitionSender {
  readonly #deps: PartitionSenderDeps;
  readonly #topic: string;
  readonly #partition: number;
  readonly #backoff: Backoff;
  #waiting: PendingEvent[] = [];
  #waitingBytes = 0;
  #cancelLinger: Cancel | undefined;
  #sending: Promise<void> | undefined;

  constructor(deps: PartitionSenderDeps, topic: string, partition: number) {
    this.#deps = deps;
    this.#topic = topic;
    this.#partition = partition;
    this.#backoff = new Backoff(deps.env.random, 100, 5_000);
  }

  add(event: PendingEvent): void {
    const { env, options } = this.#deps;
    this.#waiting.push(event);
    this.#waitingBytes += event.sizeBytes;
    if (this.#waitingBytes >= options.batchBytes) this.#send();
    else this.#cancelLinger ??= env.clock.schedule(options.lingerMs, () => this.#send());
  }

  /** Resolves when all that waits now is settled. */
  async flush(): Promise<void> {
    this.#send();
    await this.#sending;
  }

  #send(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      await this.#sendBatches(batch);
    }
  }

  async #sendBatches(events: PendingEvent[]): Promise<void> {
    let rest = events;
    while (rest.length > 0) {
      try {
        rest = rest.slice(await this.#sendFirst(rest));
        this.#backoff.reset();
      } catch (error) {
        rest = this.#failed(rest, error);
        if (rest.length > 0) await sleep(this.#deps.env.clock, this.#backoff.next());
      }
    }
  }

  /** Sends what fits into one batch and settles it; says how many that were. */
  async #sendFirst(events: readonly PendingEvent[]): Promise<number> {
    const { client } = this.#deps;
    const first = events[0] as PendingEvent;
    const late = new AbortController();
    const leftMs = Math.max(1, first.deadlineMs - this.#deps.env.clock.now());
    const cancel = this.#deps.env.clock.schedule(leftMs, () => late.abort());
    const cut = this.#deps.cut();
    const abortSignal = AbortSignal.any([late.signal, cut]);
    const options = { partitionId: String(this.#partition), abortSignal };
    try {
      const batch = await client.createBatch(options);
      let count = 0;
      for (const { message } of events) {
        // The envelope of a batch has the first one's key, and an event without a key takes that for its own.
        if (isKeyed(first.message) && !isKeyed(message)) break;
        if (!batch.tryAdd(message)) break;
        count++;
      }
      if (count === 0) {
        first.settle(this.#tooLarge(first, batch.maxSizeInBytes));
        return 1;
      }
      await client.sendBatch(batch, { abortSignal });
      // The service does not say at which sequence number it stored an event.
      const written = { topic: this.#topic, partition: this.#partition, offset: -1 };
      for (const event of events.slice(0, count)) event.settle(written);
      return count;
    } catch (error) {
      throw causeOf(error, cut);
    } finally {
      cancel();
    }
  }

  /** Those that may be tried again. */
  #failed(events: readonly PendingEvent[], cause: unknown): PendingEvent[] {
    const { env } = this.#deps;
    const details = { topic: this.#topic, partition: this.#partition };
    const error = eventHubsError(`write to ${this.#topic}-${this.#partition}`, cause, details);
    const nowMs = env.clock.now();
    return events.filter((event) => {
      if (error.retriable && event.deadlineMs > nowMs) return true;
      event.settle(error.retriable ? this.#timedOut(cause) : error);
      return false;
    });
  }

  #timedOut(cause: unknown): PartitaError {
    return new PartitaError(
      'TIMEOUT',
      `A record for ${this.#topic}-${this.#partition} was not acknowledged within deliveryTimeoutMs; it may or may not have been written`,
      { topic: this.#topic, partition: this.#partition, retriable: true, cause },
    );
  }

  #tooLarge({ sizeBytes }: PendingEvent, maxBytes: number): PartitaError {
    return new PartitaError(
      'RECORD_TOO_LARGE',
      `A record for ${this.#topic}-${this.#partition} has ${sizeBytes} bytes, which with its envelope is more than the ${maxBytes} the event hub takes`,
      { topic: this.#topic, partition: this.#partition },
    );
  }
}

function isKeyed(message: EventMessage): boolean {
  return 'messageAnnotations' in message && message.messageAnnotations !== undefined;
}
