/** What we use of the inside of the SDK's clients: who asks about hubs and partitions, and the timer that renews the token for it. */
interface Inside {
  readonly _context?: { readonly managementSession?: { authLoop?: Renewal | undefined } };
}

interface Renewal {
  stop(): void;
}

/**
 * Ends what the SDK forgets. A client that is closed while it opens the link for a question goes on all the same: it connects, and
 * begins to renew the token of that link. One that opens the link anew begins to renew twice. None of it is ever stopped, and the
 * process cannot end for the 45 minutes that a token lasts (`withAuth` and `ManagementClient` of @azure/event-hubs 6.0).
 */
export function stopLateRenewals(client: { close(): Promise<void> }): void {
  const session = (client as Inside)._context?.managementSession;
  if (session === undefined) return;
  const close = client.close.bind(client);
  let closed = false;
  client.close = () => {
    closed = true;
    return close();
  };
  let current = session.authLoop;
  Object.defineProperty(session, 'authLoop', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(next: Renewal | undefined) {
      current?.stop();
      current = next;
      if (!closed) return;
      next?.stop();
      // The connection stands by now, and nobody is there to use it.
      close().catch(() => undefined);
    },
  });
}
