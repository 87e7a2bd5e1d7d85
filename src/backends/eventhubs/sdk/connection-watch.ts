/** What we use of the inside of the SDK's clients: the connection they work on. */
export interface AmqpConnection {
  createReceiver?(options: { readonly source?: { readonly address?: string } }): Promise<AmqpLink>;
  on?(event: 'disconnected', listener: (context?: { readonly error?: unknown }) => void): unknown;
}

export interface AmqpLink {
  readonly credit: number;
  addCredit(credit: number): void;
}

interface Inside {
  readonly _context?: { connection?: AmqpConnection };
}

/**
 * Shows each connection that a client works on, now and later: after an outage the SDK goes on with another one.
 *
 * @returns false when the SDK is built otherwise.
 */
export function watchConnections(
  client: object,
  watch: (connection: AmqpConnection) => void,
): boolean {
  const context = (client as Inside)._context;
  let current = context?.connection;
  if (context === undefined || current === undefined) return false;
  watch(current);
  // Who watches already goes on doing so.
  const earlier = Object.getOwnPropertyDescriptor(context, 'connection');
  Object.defineProperty(context, 'connection', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(next: AmqpConnection) {
      current = next;
      earlier?.set?.(next);
      watch(next);
    },
  });
  return true;
}
