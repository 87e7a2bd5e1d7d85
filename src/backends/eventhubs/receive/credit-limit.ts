import type { AmqpConnection, AmqpLink } from '../sdk/connection-watch.ts';

/** How many events a partition may have under way or unread, now. Undefined: as many as the SDK asks for. */
export type Window = (partition: string) => number | undefined;

/**
 * Holds the receivers of a connection to their window. Each wait of the SDK for events issues its full prefetch on top of what was
 * issued before and not used, so that a quiet partition may be sent any number of events at once later. Public options
 * cannot prevent that; here it asks for credit, and gets what is left.
 */
export function limitCredit(connection: AmqpConnection, prefetch: number, window: Window): void {
  const create = connection.createReceiver?.bind(connection);
  if (create === undefined) return;
  connection.createReceiver = async (options) => {
    const link = await create(options);
    const partition = /\/Partitions\/([^/]+)$/i.exec(options.source?.address ?? '')?.[1];
    if (partition !== undefined) limit(link, prefetch, () => window(partition));
    return link;
  };
}

function limit(link: AmqpLink, prefetch: number, window: () => number | undefined): void {
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
