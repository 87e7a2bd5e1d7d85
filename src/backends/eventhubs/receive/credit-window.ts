import type { AmqpConnection, AmqpLink } from '../sdk/connection-watch.ts';

/** How many events a partition may have under way or unread, now. Undefined: as many as the SDK asks for. */
export type WindowOf = (partition: string) => number | undefined;

interface Link {
  /** Adds credit at the service. */
  add(credit: number): void;
  /** Events that were asked for and not handed on yet. */
  open: number;
}

/**
 * Gives the receivers of a client their credit, in place of the SDK. That has two faults, which public options cannot mend: each of
 * its waits issues the full prefetch on top of what was issued before and not used, so a quiet partition may be sent any number of
 * events at once later; and it issues none before all it has is read, so a busy one stands still meanwhile. Here as many events
 * are open as the window says, from the moment that room for them is there.
 */
export class CreditWindow {
  readonly #windowOf: WindowOf;
  readonly #links = new Map<string, Link>();

  constructor(windowOf: WindowOf) {
    this.#windowOf = windowOf;
  }

  /** For each connection that the client works on. */
  hold(connection: AmqpConnection): void {
    const create = connection.createReceiver?.bind(connection);
    if (create === undefined) return;
    connection.createReceiver = async (options) => {
      const link = await create(options);
      const partition = /\/Partitions\/([^/]+)$/i.exec(options.source?.address ?? '')?.[1];
      if (partition !== undefined) this.#hold(link, partition);
      return link;
    };
  }

  /** So many events of the partition were handed on, and there is room for others. */
  handedOn(partition: string, events: number): void {
    const link = this.#links.get(partition);
    const most = this.#windowOf(partition);
    if (link === undefined || most === undefined) return;
    link.open = Math.max(0, link.open - events);
    // Not for each event that comes alone: credit is a message too.
    if (most - link.open >= most / 4) fill(link, most);
  }

  #hold(given: AmqpLink, partition: string): void {
    const link: Link = { add: given.addCredit.bind(given), open: 0 };
    this.#links.set(partition, link);
    given.addCredit = (asked) => {
      const most = this.#windowOf(partition);
      if (most === undefined) link.add(asked);
      else fill(link, most);
    };
  }
}

function fill(link: Link, most: number): void {
  const credit = most - link.open;
  if (credit <= 0) return;
  link.open += credit;
  link.add(credit);
}
