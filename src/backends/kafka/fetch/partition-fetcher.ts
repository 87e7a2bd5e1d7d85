import {
  formatPartition,
  type PartitaError,
  type PartitionPosition,
  type Position,
  type RecordBatch,
  type TopicPartition,
} from '../../../core/index.ts';
import type { BrokerNode } from '../wire/wire.ts';
import { Delivery } from './delivery.ts';
import { type AnswerContext, FetchAnswers } from './fetch-answers.ts';
import { FetchBroker } from './fetch-broker.ts';
import type { Fetcher, FetcherDeps, FetcherOptions, FetchSink } from './fetcher.ts';
import { Leaders } from './leaders.ts';
import { PartitionState } from './partition-state.ts';

/**
 * Bytes kept for partitions without room. Beyond it they are dropped again, and fetched anew when there is room: memory
 * stays bounded however many partitions are paused, and none has to wait for another.
 */
const maxParkedBytes = 64 * 1024 * 1024;

/** Brokers may send faster than we decode; beyond this they are not asked. Twice the largest usual answer. */
const maxWaitingBytes = 32 * 1024 * 1024;

/** Puts the parts together: who is asked (`Leaders`), asking (`FetchBroker`), what answers mean (`FetchAnswers`), `Delivery`. */
export class PartitionFetcher implements Fetcher, AnswerContext {
  readonly options: FetcherOptions;
  readonly #deps: FetcherDeps;
  readonly #sink: FetchSink;
  readonly #states = new Map<string, PartitionState>();
  readonly #brokers = new Map<number, FetchBroker>();
  readonly #leaders: Leaders;
  readonly #answers: FetchAnswers;
  readonly #delivery: Delivery;
  /** Somebody was not asked because of `maxWaitingBytes`. */
  #isFull = false;
  /** Something without a partition was reported, and is not over yet. */
  #isTroubled = false;
  #closed = false;

  constructor(deps: FetcherDeps, options: FetcherOptions, sink: FetchSink) {
    this.options = options;
    this.#deps = deps;
    this.#sink = sink;
    this.#answers = new FetchAnswers(this);
    this.#leaders = new Leaders(deps, {
      found: (state, leader, leaderEpoch) => this.#found(state, leader, leaderEpoch),
      failed: (error, state) => this.report(error, state),
    });
    this.#delivery = new Delivery(deps.env.clock, {
      push: (batch: RecordBatch) => this.#sink.records(batch),
      emptied: (state) => this.#emptied(state),
      damaged: (state, error) => this.#answers.damaged(state, error),
    });
  }

  add(partitions: readonly PartitionPosition[]): void {
    if (this.#closed) return;
    this.remove(partitions);
    for (const partition of partitions) {
      const state = new PartitionState(partition, this.options.fetch.maxBytesPerPartition);
      this.#states.set(state.key, state);
      this.#leaders.find(state);
    }
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const state of this.#known(partitions)) {
      this.#states.delete(state.key);
      this.#leaders.forget(state);
      this.#delivery.forget(state);
      state.halted = true;
      state.rewind();
      this.#leave(state);
    }
    this.#closeIdle();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const state of this.#known(partitions)) state.paused = true;
    // Whoever pauses is not called back from inside.
    if (this.#isTroubled) queueMicrotask(() => this.#sayWhenNothingIsRead());
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const state of this.#known(partitions)) {
      state.paused = false;
      this.#delivery.add(state);
      this.#brokerOf(state)?.wake();
    }
    // Not at once: whoever resumes is not called back from inside.
    queueMicrotask(() => this.#delivery.run());
  }

  seek(partition: TopicPartition, position: Position): void {
    for (const state of this.#known([partition])) {
      state.moveTo({ offset: position.offset, epoch: -1 });
      state.halted = false;
      state.trouble = null;
      this.#brokerOf(state)?.wake();
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#leaders.close();
    this.remove([...this.#states.values()]);
    for (const broker of this.#brokers.values()) broker.close();
    this.#brokers.clear();
    return Promise.resolve();
  }

  now(): number {
    return this.#deps.env.clock.now();
  }

  hasRoom(): boolean {
    this.#isFull = this.#delivery.waitingBytes >= maxWaitingBytes;
    return !this.#isFull;
  }

  state(topic: string, partition: number): PartitionState | undefined {
    return this.#states.get(formatPartition({ topic, partition }));
  }

  broker(nodeId: number): BrokerNode | undefined {
    return this.#leaders.broker(nodeId);
  }

  assign(state: PartitionState, node: BrokerNode): void {
    this.#leave(state);
    let broker = this.#brokers.get(node.nodeId);
    if (broker === undefined) {
      broker = new FetchBroker(node, this.#deps, this.options, this.#answers);
      this.#brokers.set(node.nodeId, broker);
    }
    broker.moved(node);
    state.brokerId = node.nodeId;
    broker.states.add(state);
    broker.wake();
  }

  retry(state: PartitionState): void {
    this.#leave(state);
    this.#leaders.find(state);
  }

  report(error: PartitaError, state?: PartitionState): void {
    if (state?.trouble === error.code) return;
    if (state !== undefined) state.trouble = error.code;
    else this.#isTroubled = true;
    this.#deps.env.log.debug(error.message, { code: error.code });
    this.#sink.failed(error, state && { topic: state.topic, partition: state.partition });
  }

  fetched(states: readonly PartitionState[], broker: FetchBroker): void {
    this.#dropParked();
    broker.pump();
    for (const state of states) this.#delivery.add(state);
    this.#delivery.run();
    this.#sayWhenOver();
  }

  /** An answer came, and no partition looks for its leader: whatever was the matter is over. */
  #sayWhenOver(): void {
    if (!this.#isTroubled || this.#leaders.searching) return;
    this.#isTroubled = false;
    this.#sink.works?.();
  }

  /** No answer to a fetch will ever tell: that the leaders are known has to do. */
  #sayWhenNothingIsRead(): void {
    for (const state of this.#states.values()) if (!state.paused && !state.halted) return;
    this.#sayWhenOver();
  }

  #emptied(state: PartitionState): void {
    if (this.#isFull) for (const broker of this.#brokers.values()) broker.pump();
    else this.#brokerOf(state)?.pump();
  }

  #found(state: PartitionState, leader: BrokerNode, leaderEpoch: number): void {
    state.leaderId = leader.nodeId;
    this.#answers.leaderIs(state, leaderEpoch);
    this.assign(state, leader);
    this.#closeIdle();
    this.#sayWhenNothingIsRead();
  }

  #known(partitions: readonly TopicPartition[]): PartitionState[] {
    return partitions.flatMap((each) => this.#states.get(formatPartition(each)) ?? []);
  }

  #brokerOf(state: PartitionState): FetchBroker | undefined {
    return state.brokerId === null ? undefined : this.#brokers.get(state.brokerId);
  }

  #leave(state: PartitionState): void {
    this.#brokerOf(state)?.states.delete(state);
    state.brokerId = null;
  }

  /** A broker that nobody needs any more is let go; not while partitions look for their leader, which it may be again. */
  #closeIdle(): void {
    if (this.#leaders.searching) return;
    for (const [nodeId, broker] of this.#brokers)
      if (broker.states.size === 0) {
        broker.close();
        this.#brokers.delete(nodeId);
      }
  }

  #dropParked(): void {
    let parkedBytes = 0;
    for (const state of this.#states.values()) {
      if (!state.paused) continue;
      parkedBytes += state.undeliveredBytes;
      if (parkedBytes > maxParkedBytes && state.undeliveredBytes > 0) {
        parkedBytes -= state.undeliveredBytes;
        state.rewind();
      }
    }
  }
}
