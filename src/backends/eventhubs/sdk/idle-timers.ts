import { type AmqpConnection, watchConnections } from './connection-watch.ts';

/** What we use of the inside of a connection: the timers of rhea that watch for silence. */
interface Inside {
  readonly _connection?: Record<'heartbeat_in' | 'heartbeat_out', NodeJS.Timeout | undefined>;
}

/**
 * Lets the process end while timers for silence on a connection run: an open connection keeps it alive by itself. rhea sets one
 * anew when it writes the last frame to a connection whose end it has seen, never clears that one, and the process waited two
 * minutes for it (`Connection.output` of rhea 3.0).
 */
export function keepNobodyForSilence(client: object): void {
  watchConnections(client, (connection: AmqpConnection) => {
    const inside = (connection as Inside)._connection;
    if (inside === undefined) return;
    for (const name of ['heartbeat_in', 'heartbeat_out'] as const) unreferenced(inside, name);
  });
}

function unreferenced<Name extends string>(
  owner: Record<Name, NodeJS.Timeout | undefined>,
  name: Name,
): void {
  let current = owner[name]?.unref();
  Object.defineProperty(owner, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(next: NodeJS.Timeout | undefined) {
      current = next?.unref();
    },
  });
}
