import { PartitaError } from '../../core/index.ts';
import { eventHubsPartition } from '../../partitioners/index.ts';
import type { LinkPlace } from '../faults/targets.ts';
import type { Hub, HubPartition } from '../hub.ts';
import type { Namespace } from '../namespace.ts';
import { AmqpError, messageTooLarge, notFound, serverBusy, wrongArgument } from './conditions.ts';
import { EncodingError } from './encoding.ts';
import { eventsOf, type IncomingEvent } from './event.ts';
import type { EventLog } from './event-log.ts';
import type { RheaContainer, RheaContext, RheaDelivery, RheaReceiver, Typed } from './rhea.ts';
import type { ServedLink } from './served-link.ts';

/** Takes events from a client, for a hub or for one of its partitions. */
export class ProducerLink implements ServedLink {
  readonly role = 'producer';
  readonly place: LinkPlace;
  readonly #rhea: RheaContainer;
  readonly #link: RheaReceiver;
  readonly #namespace: Namespace;
  readonly #hub: Hub;
  readonly #partition: HubPartition | undefined;
  readonly #accepted: Typed;
  #isOpen = true;

  constructor(
    rhea: RheaContainer,
    link: RheaReceiver,
    namespace: Namespace,
    target: { readonly hub: Hub; readonly partition: HubPartition | undefined },
  ) {
    this.#rhea = rhea;
    this.#link = link;
    this.#namespace = namespace;
    this.#hub = target.hub;
    this.#partition = target.partition;
    this.#accepted = rhea.message.accepted().described();
    this.place = { hub: target.hub.name, partition: target.partition?.id };
    link.on('message', (context) => this.#received(context));
  }

  detach(error: AmqpError): void {
    if (!this.#isOpen) return;
    this.ended();
    this.#link.close(error.asFields());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  ended(): void {
    this.#isOpen = false;
  }

  #received({ message, format, delivery }: RheaContext): void {
    if (delivery === undefined || !Buffer.isBuffer(message)) return;
    const take = (): void => {
      if (!this.#isOpen) return;
      this.#settle(delivery, () => this.#take(message, format ?? 0));
    };
    const delayMs = this.#namespace.faults.delayMs(this.place, 'send');
    if (delayMs > 0) this.#namespace.clock.schedule(delayMs, take);
    else take();
  }

  #settle(delivery: RheaDelivery, take: () => void): void {
    try {
      take();
      delivery.update(true, this.#accepted);
    } catch (error) {
      const refusal =
        error instanceof EncodingError ? new AmqpError('amqp:decode-error', error.message) : error;
      if (!(refusal instanceof AmqpError)) throw error;
      const { message } = this.#rhea;
      delivery.update(true, message.rejected({ error: refusal.asFields() }).described());
    }
  }

  #take(bytes: Buffer, format: number): void {
    const { maxMessageBytes, faults } = this.#namespace;
    if (bytes.length > maxMessageBytes) throw messageTooLarge(bytes.length, maxMessageBytes);
    if (faults.throttles(this.place)) throw serverBusy();
    const events = eventsOf(bytes, format);
    const { log, producers } = this.#partitionFor(events);
    if (log.isClosed) throw notFound(this.#hub.name);
    const nowMs = this.#namespace.clock.now();
    if (this.#partition === undefined) {
      this.#append(log, events, nowMs);
      return;
    }
    const fresh = producers.take(events);
    this.#append(log, fresh.events, nowMs);
    fresh.remember();
  }

  /** All events of a delivery go to one partition: the one of the link, of the key, or the next in turn. */
  #partitionFor(events: readonly IncomingEvent[]): HubPartition {
    // Java's buffered producer resolves keys itself and sends the key along.
    if (this.#partition !== undefined) return this.#partition;
    const key = events[0]?.partitionKey;
    const { partitions } = this.#hub;
    const partition =
      key === undefined
        ? this.#hub.takeTurn()
        : partitions[eventHubsPartition(key, partitions.length)];
    if (partition === undefined)
      throw wrongArgument(`The hub '${this.#hub.name}' has no partition.`);
    return partition;
  }

  #append(log: EventLog, events: readonly IncomingEvent[], nowMs: number): void {
    try {
      log.append(events, nowMs);
    } catch (error) {
      if (!PartitaError.is(error)) throw error;
      this.#namespace.log.error('Events could not be stored', { hub: this.#hub.name, error });
      throw new AmqpError('amqp:internal-error', error.message);
    }
  }
}
