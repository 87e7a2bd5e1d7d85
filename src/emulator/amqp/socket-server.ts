import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { Logger } from '../../core/index.ts';

/** The bytes from and to one client, whatever they came over. */
export interface Wire {
  readonly stream: Duplex;
  /** Ends it without a word, as a network does. */
  cut(): void;
}

/** Makes a server that hands on each client it gets. */
export type Serve = (accept: (wire: Wire) => void, log: Logger) => Server;

/** Certificate and key of a listener with TLS, as PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** AMQP on plain TCP. */
export const tcpServer: Serve = (accept) =>
  createServer((socket) => accept({ stream: socket, cut: () => socket.resetAndDestroy() }));

/** AMQP on TLS. */
export const tlsServer =
  (identity: TlsIdentity): Serve =>
  (accept, log) => {
    const server = createTlsServer(identity, (socket) =>
      // A TLS socket has no reset of its own.
      accept({ stream: socket, cut: () => socket.destroy() }),
    );
    return reportHandshakes(server, log);
  };

/** Clients that do not trust the certificate say so by going away. */
export function reportHandshakes<TlsServer extends Server>(
  server: TlsServer,
  log: Logger,
): TlsServer {
  return server.on('tlsClientError', (error) =>
    log.warn('A client of the emulator broke off the TLS handshake', { error }),
  );
}
