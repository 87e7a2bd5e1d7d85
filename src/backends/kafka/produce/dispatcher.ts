import type { BackendEnv, Cancel } from '../../../core/index.ts';
import type { BrokerNode } from '../wire/wire.ts';
import type { BrokerSender, Delivery } from './broker-sender.ts';
import type { PartitionQueue } from './partition-queue.ts';

export interface DispatcherOptions {
  readonly env: BackendEnv;
  readonly lingerMs: number;
  readonly maxRequestBytes: number;
  readonly maxInFlightPerBroker: number;
  readonly maxInFlightPerPartition: number;
  leader(queue: PartitionQueue): BrokerNode | undefined;
  sender(node: BrokerNode): BrokerSender;
  /** The queue's first batch, encoded; `undefined`: not now. It has left the queue otherwise. */
  take(queue: PartitionQueue, leader: BrokerNode): Delivery | undefined;
  /** A partition has no leader that we know of. */
  leaderless(): void;
}

interface Round {
  readonly sender: BrokerSender;
  readonly deliveries: Delivery[];
  bytes: number;
}

/** Decides when batches go out: one request per leader and round, with a batch of each partition that is ready. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Queues that hold something; who was served goes to the end. */
  readonly #active = new Set<PartitionQueue>();
  #lingerMs: number;
  #scheduled = false;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #cancelWake: Cancel = () => {};
  #stopped = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#lingerMs = options.lingerMs;
  }

  /** The queue has something to send. */
  add(queue: PartitionQueue): void {
    this.#active.add(queue);
  }

  /** While `true` nothing waits for company. */
  hurry(hurried: boolean): void {
    this.#lingerMs = hurried ? 0 : this.#options.lingerMs;
    if (hurried) this.soon();
  }

  /** After the current turn, so that everything sent in it goes together. */
  soon(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  /** No later than then. */
  wakeAt(atMs: number): void {
    if (atMs >= this.#wakeAtMs || this.#stopped) return;
    this.#cancelWake();
    this.#wakeAtMs = atMs;
    const { clock } = this.#options.env;
    this.#cancelWake = clock.schedule(Math.max(0, atMs - clock.now()), () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.#dispatch();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
  }

  #dispatch(): void {
    if (this.#stopped) return;
    for (;;) {
      const rounds = this.#collect();
      if (rounds.size === 0) return;
      for (const { sender, deliveries } of rounds.values()) void sender.send(deliveries);
    }
  }

  #collect(): Map<number, Round> {
    const { env, maxInFlightPerPartition } = this.#options;
    const rounds = new Map<number, Round>();
    const nowMs = env.clock.now();
    for (const queue of [...this.#active]) {
      if (queue.isEmpty) {
        this.#active.delete(queue);
        continue;
      }
      if (queue.inFlight >= maxInFlightPerPartition) continue;
      const readyAtMs = queue.readyAtMs(this.#lingerMs);
      if (readyAtMs > nowMs) this.wakeAt(readyAtMs);
      else this.#join(queue, rounds);
    }
    return rounds;
  }

  #join(queue: PartitionQueue, rounds: Map<number, Round>): void {
    const { leader, leaderless, sender, take, maxInFlightPerBroker, maxRequestBytes } =
      this.#options;
    const node = leader(queue);
    if (node === undefined) {
      leaderless();
      return;
    }
    let round = rounds.get(node.nodeId);
    if (round === undefined) {
      const to = sender(node);
      if (to.inFlight >= maxInFlightPerBroker) return;
      round = { sender: to, deliveries: [], bytes: 0 };
    }
    const full = round.bytes > 0 && round.bytes + queue.nextBytes > maxRequestBytes;
    const delivery = full ? undefined : take(queue, node);
    if (delivery === undefined) return;
    round.bytes += delivery.bytes.length;
    round.deliveries.push(delivery);
    rounds.set(node.nodeId, round);
    this.#active.delete(queue);
    if (!queue.isEmpty) this.#active.add(queue);
  }
}
