import { ProtocolError } from '../../protocol/index.ts';
import type { LinkPlace } from '../faults/targets.ts';
import type { Namespace } from '../namespace.ts';
import { AmqpError, notFound } from './conditions.ts';
import type { ConnectedReceiver, ConnectedReceivers } from './connected-receivers.ts';
import type { EventCursor, LoggedEvent } from './event-cursor.ts';
import type { EventLog } from './event-log.ts';
import { messageOf } from './event-writer.ts';
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
  readonly log: EventLog;
  readonly cursor: EventCursor;
  readonly receivers: ConnectedReceivers;
  readonly outlet: LinkOutlet;
  readonly name: string | undefined;
  readonly epoch: number | undefined;
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
    if (this.#options.cursor.hasMore) this.#schedule();
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
    if (!this.#options.cursor.hasMore) return false;
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
    const { log, outlet, place } = this.#options;
    if (log.isClosed) {
      this.detach(notFound(place.hub));
      return;
    }
    if (outlet.isFull()) return;
    const now = this.#namespace.clock.now();
    log.expire(now);
    try {
      this.#deliver(Math.min(outlet.creditOf(this.#link), EVENTS_PER_TURN), now);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // A Kafka broker does not look into batches, so this comes out here.
      this.#namespace.log.error('A batch of a Kafka client holds no records', { ...place, error });
      this.detach(new AmqpError('amqp:internal-error', error.message));
    }
  }

  #deliver(count: number, nowMs: number): void {
    const { cursor } = this.#options;
    for (let left = count; left > 0; left--) {
      const event = cursor.peek();
      if (event === undefined || !this.#send(event, nowMs)) return;
      cursor.advance();
    }
  }

  #send(event: LoggedEvent, nowMs: number): boolean {
    const { log, outlet, runtimeMetric } = this.#options;
    const last = runtimeMetric ? log.last : undefined;
    const bytes = messageOf(event, last && { last, nowMs });
    if (!outlet.take(this.#link, bytes.length)) return false;
    const tag = Buffer.allocUnsafe(4);
    tag.writeUInt32BE(this.#tag++ >>> 0);
    this.#link.send(bytes, tag, 0);
    return true;
  }
}
