import { PartitaError } from '../../../core/index.ts';
import type { LinkContext } from './kafkajs-connection.ts';
import { KafkaJsLink } from './kafkajs-link.ts';
import { MetadataSource } from './metadata-source.ts';
import type { BrokerAddress, ClusterMetadata, Link, Wire } from './wire.ts';

export interface KafkaJsWireOptions extends LinkContext {
  readonly bootstrap: readonly BrokerAddress[];
  readonly requestTimeoutMs: number;
}

/** The KafkaJS driver: makes links, and keeps one for metadata. */
export class KafkaJsWire implements Wire {
  readonly #options: KafkaJsWireOptions;
  readonly #metadata: MetadataSource;
  readonly #links = new Set<Link>();
  #closed = false;

  constructor(options: KafkaJsWireOptions) {
    this.#options = options;
    this.#metadata = new MetadataSource({
      bootstrap: options.bootstrap,
      requestTimeoutMs: options.requestTimeoutMs,
      log: options.log,
      link: (address) => this.link(address, 'metadata'),
    });
  }

  link(address: BrokerAddress, purpose: string): Link {
    if (this.#closed)
      throw new PartitaError('CLOSED', `No new connection for ${purpose}: the backend is closed.`);
    const link = new KafkaJsLink(address, purpose, this.#options, (dead) =>
      this.#links.delete(dead),
    );
    this.#links.add(link);
    return link;
  }

  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    return this.#metadata.ask(topics);
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const link of this.#links) link.close();
    return Promise.resolve();
  }
}
