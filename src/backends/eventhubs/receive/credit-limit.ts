import type { EventHubConsumerClient } from '@azure/event-hubs';

/** What we use of the client's inside: the place where it opens links. */
interface Inside {
  readonly _context?: { connection?: Connection };
}

interface Connection {
  createReceiver?(options: { readonly source?: { readonly address?: string } }): Promise<Link>;
}

interface Link {
  readonly credit: number;
  addCredit(credit: number): void;
}

/** How many events a partition may have under way or unread, now. Undefined: as many as the SDK asks for. */
export type Window = (partition: string) => number | undefined;

/**
 * Holds the receivers of a client to their window. Each wait of the SDK for events issues its full prefetch on top of what was
 * issued before and not used, so that a quiet partition may be sent any number of events at once later. Public options
 * cannot prevent that; here it asks for credit, and gets what is left.
 *
 * @returns false when the SDK is built otherwise: then only its `prefetchCount` applies.
 */
export function limitCredit(
  client: EventHubConsumerClient,
  prefetch: number,
  window: Window,
): boolean {
  const context = (client as unknown as Inside)._context;
  let current = context?.connection;
  if (context === undefined || typeof current?.createReceiver !== 'function') return false;
  watch(current, prefetch, window);
  // After an outage the SDK goes on with another connection.
  Object.defineProperty(context, 'connection', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(next: Connection) {
      current = next;
      watch(next, prefetch, window);
    },
  });
  return true;
}

function watch(connection: Connection, prefetch: number, window: Window): void {
  const create = connection.createReceiver?.bind(connection);
  if (create === undefined) return;
  connection.createReceiver = async (options) => {
    const link = await create(options);
    const partition = /\/Partitions\/([^/]+)$/i.exec(options.source?.address ?? '')?.[1];
    if (partition !== undefined) limit(link, prefetch, () => window(partition));
    return link;
  };
}

function limit(link: Link, prefetch: number, window: () => number | undefined): void {
  const add = link.addCredit.bind(link);
  link.addCredit = (asked) => {
    const most = window();
    if (most === undefined) return add(asked);
    // The SDK asks for its prefetch less what it holds unread.
    const unread = prefetch - asked;
    const left = most - unread - link.credit;
    if (left > 0) add(left);
  };
}
