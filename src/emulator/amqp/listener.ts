import type { Server } from 'node:net';
import { listen } from '../listen.ts';
import type { Namespace } from '../namespace.ts';
import { AmqpConnection } from './connection.ts';
import { loadRhea, type RheaContainer } from './rhea.ts';
import type { Serve, Wire } from './socket-server.ts';

/** What the service says of itself when a connection opens, so that clients behave as they do there. */
const connectionOptions = {
  reconnect: false,
  tcp_no_delay: true,
  max_frame_size: 65_536,
  channel_max: 4_999,
  idle_time_out: 240_000,
  // Deliveries that may be unsettled; rhea stands still beyond.
  session_buffer_size: { incoming: 5_000, outgoing: 65_536 },
  receiver_options: { autoaccept: false, autosettle: false, credit_window: 1_000 },
  // What a client rejects or modifies is settled and done: the log is not a queue.
  sender_options: { autosettle: true, treat_modified_as_released: false },
};

/** Takes connections on one port. */
export class AmqpListener {
  readonly #namespace: Namespace;
  readonly #rhea: RheaContainer;
  readonly #container: RheaContainer;
  readonly #server: Server;
  readonly #connections = new Map<Wire, AmqpConnection>();

  /** @throws PartitaError `MISSING_PEER` when rhea is not installed. */
  constructor(namespace: Namespace, serve: Serve) {
    this.#namespace = namespace;
    this.#rhea = loadRhea();
    this.#container = this.#rhea.create_container({ id: 'partita-emulator' });
    this.#container.sasl_server_mechanisms = mechanisms(this.#rhea);
    this.#container.on('error', (error: unknown) =>
      namespace.log.warn('A connection of the emulator failed', { error }),
    );
    this.#server = serve((wire) => this.#accept(wire), namespace.log);
  }

  get connections(): readonly AmqpConnection[] {
    return [...this.#connections.values()];
  }

  /** Resolves with the port. @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  listen(port: number, host: string): Promise<number> {
    return listen(this.#server, port, host);
  }

  /** Takes no more connections and cuts those there are. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const { stream } of this.#connections.keys()) stream.destroy();
    await closed;
  }

  #accept(wire: Wire): void {
    const connection = this.#container.create_connection(connectionOptions);
    this.#connections.set(wire, new AmqpConnection(this.#rhea, connection, wire, this.#namespace));
    wire.stream.on('close', () => this.#connections.delete(wire));
    connection.accept(wire.stream);
  }
}

/** Anyone may connect: rights come with the tokens of `$cbs`. MSSBCBS is how the .NET SDK says so. */
function mechanisms(rhea: RheaContainer): Record<string, unknown> {
  const offered = rhea.sasl.server_mechanisms();
  offered.enable_anonymous();
  offered.enable_plain(() => true);
  rhea.sasl.server_add_external(offered);
  offered.MSSBCBS = offered.EXTERNAL;
  return offered;
}
