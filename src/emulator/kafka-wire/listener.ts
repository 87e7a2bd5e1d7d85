import { createServer, type Server, type Socket } from 'node:net';
import type { BrokerNode } from '../kafka/broker-node.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { listen } from '../listen.ts';
import { Connection } from './connection.ts';

/** Takes Kafka connections on one port. */
export class KafkaListener {
  readonly #server: Server;
  readonly #broker: BrokerState;
  readonly #node: BrokerNode;
  readonly #maxRequestBytes: number;
  readonly #connections = new Map<Socket, Connection>();

  constructor(broker: BrokerState, node: BrokerNode, maxRequestBytes: number) {
    this.#broker = broker;
    this.#node = node;
    this.#maxRequestBytes = maxRequestBytes;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get connections(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  /** Resolves with the port. @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  listen(port: number, host: string): Promise<number> {
    return listen(this.#server, port, host);
  }

  /** Takes no more connections and cuts those there are. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of this.connections) connection.drop();
    await closed;
  }

  #accept(socket: Socket): void {
    const place = { broker: this.#broker, node: this.#node };
    this.#connections.set(socket, new Connection(socket, place, this.#maxRequestBytes));
    socket.on('close', () => this.#connections.delete(socket));
  }
}
