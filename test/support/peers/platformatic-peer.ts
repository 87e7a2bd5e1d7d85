import {
  Consumer,
  cooperativeStickyAssigner,
  type MessagesStream,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  stringDeserializers,
} from '@platformatic/kafka';
import { remoteAssignor } from './foreign-client.ts';
import type { GroupPeer, Handled } from './group-peer.ts';

type Stream = MessagesStream<string, string, string, string>;

/** A member in @platformatic/kafka. */
export class PlatformaticPeer implements GroupPeer {
  readonly log: string[] = [];
  readonly handled: Handled[] = [];
  readonly #topic: string;
  readonly #consumer: Consumer<string, string, string, string>;
  readonly #stream: Promise<Stream>;

  constructor(bootstrap: string, topic: string, assignor: string, instanceId?: string) {
    this.#topic = topic;
    const cooperative = assignor === 'cooperative-sticky';
    const remote = remoteAssignor(assignor);
    this.#consumer = new Consumer({
      clientId: 'platformatic',
      bootstrapBrokers: [bootstrap],
      groupId: topic,
      deserializers: stringDeserializers,
      ...(cooperative && {
        protocols: [{ name: assignor, version: 1 }],
        partitionAssigner: cooperativeStickyAssigner,
      }),
      ...(remote !== undefined && { groupProtocol: 'consumer', groupRemoteAssignor: remote }),
      ...(instanceId !== undefined && { groupInstanceId: instanceId }),
    });
    this.#consumer.on('consumer:group:join', () =>
      this.log.push(`assigned ${[...this.owned].join(' ')}`),
    );
    this.#consumer.on('error', (error: Error) => this.log.push(`failed ${error.message}`));
    this.#stream = this.#read();
  }

  get owned(): ReadonlySet<string> {
    const own = this.#consumer.assignments?.filter(({ topic }) => topic === this.#topic) ?? [];
    return new Set(
      own.flatMap(({ topic, partitions }) => partitions.map((each) => `${topic}-${each}`)),
    );
  }

  async leave(): Promise<void> {
    await (await this.#stream).close();
    await this.#consumer.close(true);
  }

  async #read(): Promise<Stream> {
    const stream = await this.#consumer.consume({
      topics: [this.#topic],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    });
    stream.on('error', (error: Error) => this.log.push(`failed ${error.message}`));
    stream.on('data', ({ value }) => this.handled.push({ value, atMs: performance.now() }));
    return stream;
  }
}
