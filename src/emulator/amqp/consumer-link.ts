import type { LinkPlace } from '../faults/targets.ts';
import type { PartitionLog, StoredEvent } from '../log/partition-log.ts';
import type { Namespace } from '../namespace.ts';
import type { AmqpError } from './conditions.ts';
import type { ConnectedReceiver, ConnectedReceivers } from './connected-receivers.ts';
import { withRuntimeMetric } from './event-writer.ts';
import type { RheaSender } from './rhea.ts';
import type { ServedLink } from './served-link.ts';
import { settleDeliveriesOf } from './tame-connection.ts';

/** Events handed to the connection in one turn, so that links take turns. */
const EVENTS_PER_TURN = 512;

/** The connection a link writes to. */
export interface LinkOutlet {
  /** Counts a delivery; false when it cannot be written now. */
  take(link: RheaSender, sizeBytes: number): boolean;
  creditOf(link: RheaSender): number;
  /** True while the socket takes no more. */
  isFull(): boolean;
}

export interface ConsumerLinkOptions {
  readonly place: LinkPlace;
  readonly log: PartitionLog;
  readonly receivers: ConnectedReceivers;
  readonly outlet: LinkOutlet;
  readonly name: string | undefined;
  readonly epoch: number | undefined;
  readonly startFrom: number;
  /** Adds the state of the partition to each delivery. */
  readonly runtimeMetric: boolean;
}

/** Sends the events of one partition to one client, as fast as its credit allows. */
export class ConsumerLink implements ServedLink, ConnectedReceiver {
  readonly role = 'consumer';
  readonly place: LinkPlace;
  readonly name: string | undefined;
  readonly epoch: number | undefined;
  readonly #link: RheaSender;
  readonly #namespace: Namespace;
  readonly #options: ConsumerLinkOptions;
  readonly #unwatch: () => void;
  #next: number;
  #isOpen = true;
  #isScheduled = false;
  #isHeldBack = false;
  #tag = 0;

  /** @throws AmqpError when another receiver has the partition. */
  constructor(link: RheaSender, namespace: Namespace, options: ConsumerLinkOptions) {
    this.place = options.place;
    this.name = options.name;
    this.epoch = options.epoch;
    this.#link = link;
    this.#namespace = namespace;
    this.#options = options;
    this.#next = options.startFrom;
    options.receivers.admit(this);
    this.#unwatch = options.log.watch(() => this.#schedule());
    link.on('sender_flow', () => this.#schedule());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  disconnect(error: AmqpError): void {
    this.detach(error);
  }

  detach(error: AmqpError): void {
    if (!this.#isOpen) return;
    this.ended();
    this.#link.close(error.asFields());
  }

  ended(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#unwatch();
    this.#options.receivers.leave(this);
    settleDeliveriesOf(this.#link);
  }

  /** To be called whenever the connection has room again. */
  resume(): void {
    if (this.#next < this.#options.log.nextSequenceNumber) this.#schedule();
  }

  /** Many appends of one turn are one run. */
  #schedule(): void {
    if (this.#isScheduled || this.#isHeldBack || !this.#isOpen) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.#isOpen && !this.#isHeldBack && !this.#holdBack()) this.#pump();
    });
  }

  /** A delay that was asked for holds back everything that lies ready. */
  #holdBack(): boolean {
    if (this.#next >= this.#options.log.nextSequenceNumber) return false;
    const delayMs = this.#namespace.faults.delayMs(this.place, 'receive');
    if (delayMs === 0) return false;
    this.#isHeldBack = true;
    this.#namespace.clock.schedule(delayMs, () => {
      this.#isHeldBack = false;
      if (this.#isOpen) this.#pump();
    });
    return true;
  }

  #pump(): void {
    const { log, outlet } = this.#options;
    if (outlet.isFull()) return;
    const now = this.#namespace.clock.now();
    log.expire(now);
    this.#next = Math.max(this.#next, log.beginningSequenceNumber);
    let credit = Math.min(outlet.creditOf(this.#link), EVENTS_PER_TURN);
    for (; credit > 0; credit--) {
      const event = log.read(this.#next);
      if (event === undefined || !this.#send(event, now)) return;
      this.#next++;
    }
  }

  #send(event: StoredEvent, nowMs: number): boolean {
    const { log, outlet, runtimeMetric } = this.#options;
    const last = runtimeMetric ? log.last : undefined;
    const bytes = last === undefined ? event.bytes : withRuntimeMetric(event, last, nowMs);
    if (!outlet.take(this.#link, bytes.length)) return false;
    const tag = Buffer.allocUnsafe(4);
    tag.writeUInt32BE(this.#tag++ >>> 0);
    this.#link.send(bytes, tag, 0);
    return true;
  }
}
