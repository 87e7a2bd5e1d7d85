import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../listen.ts';
import type { ClientSocket } from './client-socket.ts';
import { Connection } from './connection.ts';
import type { Served } from './request-server.ts';

/** Certificate and key, as PEM. */
export interface KafkaTlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface ListenerOptions {
  readonly maxRequestBytes: number;
  /** Left out: plain text. */
  readonly tls?: KafkaTlsIdentity | undefined;
}

/** Takes Kafka connections: on one port, or handed over. */
export class KafkaListener {
  readonly #served: Served;
  readonly #options: ListenerOptions;
  readonly #connections = new Map<ClientSocket, Connection>();
  /** Also those that are still at their TLS handshake. */
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(served: Served, options: ListenerOptions) {
    this.#served = served;
    this.#options = options;
  }

  get connections(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  /** Resolves with the port. @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  async listen(port: number, host: string): Promise<number> {
    const server = await this.#createServer();
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    const chosen = await listen(server, port, host);
    // Too many open files, for one: the connection is lost, and the broker stays.
    server.on('error', (error) =>
      this.#served.broker.log.error('A Kafka connection could not be taken', { error }),
    );
    this.#server = server;
    return chosen;
  }

  accept(socket: ClientSocket): void {
    const { maxRequestBytes } = this.#options;
    this.#connections.set(socket, new Connection(socket, this.#served, maxRequestBytes));
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Takes no more connections and cuts those there are. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    for (const connection of this.connections) connection.drop();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #createServer(): Promise<Server> {
    const { tls } = this.#options;
    if (tls === undefined) return createServer((socket) => this.accept(socket));
    // Loaded for those who use it: it is a good part of what a broker loads.
    const { createServer: createTlsServer } = await import('node:tls');
    const { log } = this.#served.broker;
    const server = createTlsServer({ cert: tls.cert, key: tls.key }, (socket) =>
      this.accept(socket),
    );
    server.on('tlsClientError', (error) =>
      log.warn('A Kafka client broke off the TLS handshake', { error }),
    );
    return server;
  }
}
