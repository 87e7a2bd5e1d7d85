import { type Cancel, PartitaError } from '../../../core/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import type { BrokerNode, ClusterMetadata } from '../wire/wire.ts';
import { brokerError } from './fetch-errors.ts';
import type { FetcherDeps } from './fetcher.ts';
import type { PartitionState } from './partition-state.ts';

export interface LeadersEvents {
  /** The partition's leader is known (again). */
  found(state: PartitionState, leader: BrokerNode, leaderEpoch: number): void;
  failed(error: PartitaError, state?: PartitionState): void;
}

/**
 * Finds out who leads a partition, and goes on until it is known: one metadata request at a time for all partitions that
 * wait, at once after a first failure, then with capped backoff and no limit. After a `kill -9` metadata names the dead
 * leader for up to 9 s (the broker session of KRaft), so the same wrong answer may come many times.
 */
export class Leaders {
  readonly #deps: FetcherDeps;
  readonly #events: LeadersEvents;
  readonly #waiting = new Set<PartitionState>();
  #brokers: ReadonlyMap<number, BrokerNode> = new Map();
  #timer: { readonly dueMs: number; readonly cancel: Cancel } | undefined;
  #asking = false;
  #closed = false;
  #failures = 0;

  constructor(deps: FetcherDeps, events: LeadersEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** As of the last metadata. */
  broker(nodeId: number): BrokerNode | undefined {
    return this.#brokers.get(nodeId);
  }

  get searching(): boolean {
    return this.#waiting.size > 0;
  }

  /** Looks the leader up, later the more often the partition failed. Its broker is nobody until then. */
  find(state: PartitionState): void {
    state.brokerId = null;
    this.#waiting.add(state);
    this.#wake(retryDelayMs(state.failures, this.#deps.env.random));
  }

  forget(state: PartitionState): void {
    this.#waiting.delete(state);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#waiting.clear();
  }

  #wake(delayMs: number): void {
    if (this.#closed || this.#asking) return;
    const { clock } = this.#deps.env;
    const dueMs = clock.now() + delayMs;
    if (this.#timer !== undefined && this.#timer.dueMs <= dueMs) return;
    this.#timer?.cancel();
    const cancel = clock.schedule(delayMs, () => {
      this.#timer = undefined;
      void this.#refresh();
    });
    this.#timer = { dueMs, cancel };
  }

  /** Never rejects. */
  async #refresh(): Promise<void> {
    const waiting = [...this.#waiting];
    if (waiting.length === 0) return;
    this.#asking = true;
    try {
      const topics = [...new Set(waiting.map((state) => state.topic))].sort();
      const metadata = await this.#deps.wire.metadata(topics);
      this.#failures = 0;
      this.#brokers = metadata.brokers;
      if (!this.#closed) for (const state of waiting) this.#apply(metadata, state);
    } catch (error) {
      this.#failures++;
      if (!this.#closed && this.#failures === 1) this.#events.failed(asPartitaError(error));
    } finally {
      this.#asking = false;
      if (this.#waiting.size > 0) this.#wake(this.#delayMs());
    }
  }

  #delayMs(): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (const state of this.#waiting) fewest = Math.min(fewest, state.failures);
    return retryDelayMs(Math.max(fewest, this.#failures + 1), this.#deps.env.random);
  }

  #apply(metadata: ClusterMetadata, state: PartitionState): void {
    if (!this.#waiting.has(state)) return;
    const topic = metadata.topics.get(state.topic);
    const partition = topic?.partitions.find((each) => each.partition === state.partition);
    const leader = partition && metadata.brokers.get(partition.leaderId);
    if (partition !== undefined && leader !== undefined) {
      this.#waiting.delete(state);
      this.#events.found(state, leader, partition.leaderEpoch);
      return;
    }
    state.failures++;
    this.#events.failed(notFound(state, topic !== undefined, partition !== undefined), state);
  }
}

function notFound(state: PartitionState, hasTopic: boolean, hasPartition: boolean): PartitaError {
  const where = { topic: state.topic, partition: state.partition, retriable: true };
  if (!hasTopic)
    return new PartitaError(
      'UNKNOWN_TOPIC',
      `Topic ${state.topic} does not exist, or may not be seen with these credentials; it is looked for again and again.`,
      where,
    );
  if (!hasPartition)
    return new PartitaError(
      'UNKNOWN_PARTITION',
      `Topic ${state.topic} has no partition ${state.partition}; it is looked for again and again.`,
      where,
    );
  return new PartitaError(
    'UNAVAILABLE',
    `Partition ${state.key} has no leader at the moment; reading goes on when it has one.`,
    where,
  );
}

function asPartitaError(error: unknown): PartitaError {
  if (PartitaError.is(error)) return brokerError(error);
  return new PartitaError('INTERNAL', `Metadata request failed: ${String(error)}`, {
    cause: error,
    retriable: true,
  });
}
