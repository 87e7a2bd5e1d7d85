import type { Connection } from '../kafka-wire/connection.ts';
import { KafkaListener, type KafkaTlsIdentity } from '../kafka-wire/listener.ts';
import { type PipeEnd, pipe } from '../kafka-wire/pipe.ts';
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
  /** No port is opened: connections are pipes, and the port is only a name. */
  readonly pipesOnly: boolean;
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
  async listen(broker: BrokerState, tls?: KafkaTlsIdentity): Promise<void> {
    const { host, maxRequestBytes, pipesOnly } = this.#options;
    const listener = new KafkaListener({ broker, node: this }, { maxRequestBytes, tls });
    if (!pipesOnly) this.address.port = await listener.listen(this.address.port, host);
    this.#listener = listener;
  }

  /** The client's end of a new connection inside the process; refused as a closed port would when the broker does not run. */
  connect(connected: () => void = () => {}): PipeEnd {
    const [ours, theirs] = pipe();
    queueMicrotask(() => {
      if (this.#listener === undefined) {
        theirs.destroy(refused(this.address));
        return;
      }
      this.#listener.accept(ours);
      theirs.emit('connect');
      connected();
    });
    return theirs;
  }

  /** Cuts all connections and frees the port. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.freezer.thaw();
    await listener?.close();
  }
}

function refused({ host, port }: { readonly host: string; readonly port: number }): Error {
  const error = new Error(`connect ECONNREFUSED ${host}:${port}`);
  return Object.assign(error, { code: 'ECONNREFUSED' });
}
