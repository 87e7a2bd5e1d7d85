import type { Connection } from '../kafka-wire/connection.ts';
import { KafkaListener } from '../kafka-wire/listener.ts';
import type { BrokerState } from './broker-state.ts';
import type { ClusterNode } from './cluster.ts';
import { Freezer } from './freezer.ts';

export interface BrokerNodeOptions {
  readonly nodeId: number;
  readonly host: string;
  readonly advertisedHost: string;
  /** 0 for any free one, which is then kept. */
  readonly port: number;
  readonly maxRequestBytes: number;
}

/** One of the brokers of the cluster: an address, and the connections there. */
export class BrokerNode implements ClusterNode {
  readonly nodeId: number;
  readonly address: { readonly host: string; port: number };
  readonly freezer: Freezer = new Freezer();
  running = true;
  readonly #options: BrokerNodeOptions;
  #listener: KafkaListener | undefined;

  constructor(options: BrokerNodeOptions) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.address = { host: options.advertisedHost, port: options.port };
  }

  get connections(): readonly Connection[] {
    return this.#listener?.connections ?? [];
  }

  /** @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
  async listen(broker: BrokerState): Promise<void> {
    const { host, maxRequestBytes } = this.#options;
    const listener = new KafkaListener(broker, this, maxRequestBytes);
    this.address.port = await listener.listen(this.address.port, host);
    this.#listener = listener;
  }

  /** Cuts all connections and frees the port. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.freezer.thaw();
    await listener?.close();
  }
}
