import type { PartitaError } from '../../../core/index.ts';
import { type ProduceRequest, type ProduceResponse, produceApi } from '../../../protocol/index.ts';
import type { BrokerNode, Link, Wire } from '../wire/wire.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { PendingBatch } from './pending-batch.ts';
import { outcomeOf, type ProduceOutcome } from './produce-outcome.ts';

/** A batch on its way, with the bytes to send. */
export interface Delivery {
  readonly queue: PartitionQueue;
  readonly batch: PendingBatch;
  readonly bytes: Buffer;
}

export interface BrokerSenderOptions {
  /** -1: all in-sync replicas; 1: the leader; 0: no answer. */
  readonly acks: -1 | 0 | 1;
  readonly requestTimeoutMs: number;
  /** Told for each batch, in the order of the batches. */
  done(delivery: Delivery, outcome: ProduceOutcome): void;
}

/** The broker gives up waiting for replicas first, and says so. */
const GRACE_MS = 2_000;

/** Writes to one broker: one link, several requests on it. */
export class BrokerSender {
  readonly #wire: Wire;
  readonly #node: BrokerNode;
  readonly #options: BrokerSenderOptions;
  #link: Link | undefined;
  inFlight = 0;

  constructor(wire: Wire, node: BrokerNode, options: BrokerSenderOptions) {
    this.#wire = wire;
    this.#node = node;
    this.#options = options;
  }

  isAt({ host, port }: BrokerNode): boolean {
    return this.#node.host === host && this.#node.port === port;
  }

  /** Never rejects: every batch gets an outcome. */
  async send(deliveries: readonly Delivery[]): Promise<void> {
    this.inFlight++;
    const outcomes = await this.#attempt(deliveries);
    this.inFlight--;
    for (const delivery of deliveries) this.#options.done(delivery, outcomes(delivery));
  }

  async #attempt(deliveries: readonly Delivery[]): Promise<(delivery: Delivery) => ProduceOutcome> {
    const { acks, requestTimeoutMs } = this.#options;
    try {
      if (this.#link === undefined || this.#link.closed)
        this.#link = this.#wire.link(this.#node, 'produce');
      const request = toRequest(deliveries, acks, requestTimeoutMs);
      const timeoutMs = requestTimeoutMs + GRACE_MS;
      const noResponse = acks === 0;
      const response = await this.#link.send(produceApi, request, { timeoutMs, noResponse });
      return (delivery) => (noResponse ? unacknowledged : findOutcome(delivery, response));
    } catch (error) {
      const outcome = failedAttempt(error as PartitaError);
      return () => outcome;
    }
  }

  close(): void {
    this.#link?.close();
  }
}

const unacknowledged: ProduceOutcome = { kind: 'written', baseOffset: -1 };

/** Answers that do not decode are like no answer at all. */
function failedAttempt(error: PartitaError): ProduceOutcome {
  const passing = error.retriable || error.code === 'CORRUPT_DATA';
  return passing ? { kind: 'retry', error, stale: true } : { kind: 'failed', error };
}

function findOutcome({ queue }: Delivery, { topics }: ProduceResponse): ProduceOutcome {
  const { topic, partition } = queue;
  for (const one of topics)
    if (one.topic === topic)
      for (const result of one.partitions)
        if (result.partition === partition) return outcomeOf(topic, partition, result);
  return outcomeOf(topic, partition, undefined);
}

function toRequest(
  deliveries: readonly Delivery[],
  acks: number,
  timeoutMs: number,
): ProduceRequest {
  const topics = new Map<string, { partition: number; records: Buffer }[]>();
  for (const { queue, bytes } of deliveries) {
    const partitions = topics.get(queue.topic) ?? [];
    partitions.push({ partition: queue.partition, records: bytes });
    topics.set(queue.topic, partitions);
  }
  return {
    acks,
    timeoutMs,
    topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
  };
}
