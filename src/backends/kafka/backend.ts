import {
  type AdminSession,
  type Backend,
  type BackendEnv,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  InvalidConfigError,
  PartitaError,
  type ProducerOptions,
  type ProducerSession,
} from '../../core/index.ts';
import { keyed } from '../../partitioners/index.ts';
import { KafkaAdmin } from './admin/admin.ts';
import { createGroupSession } from './group/group-session.ts';
import type { KafkaSettings } from './options.ts';
import { KafkaProducer } from './produce/producer.ts';
import { loadKafkaJsConnection } from './wire/kafkajs-internals.ts';
import { KafkaJsWire } from './wire/kafkajs-wire.ts';
import type { Wire } from './wire/wire.ts';

/** The key of Fetch in the protocol. */
const FETCH = 1;
/** Brokers answer with some 55 MB at most (`fetch.max.bytes`), or one larger batch. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

interface Closable {
  close(options?: { readonly leave?: boolean }): Promise<void>;
}

/** One application's use of a cluster: the sessions it opened, over one wire. */
export class KafkaBackend implements Backend {
  readonly #settings: KafkaSettings;
  readonly #env: BackendEnv;
  readonly #wire: Wire;
  readonly #open = new Set<Closable>();
  #closing: Promise<void> | undefined;

  /** @throws PartitaError `MISSING_PEER` when KafkaJS is not installed. */
  constructor(settings: KafkaSettings, env: BackendEnv) {
    const clientId = settings.clientId ?? env.clientId;
    this.#settings = settings;
    this.#env = { ...env, clientId };
    this.#wire = new KafkaJsWire({
      clock: env.clock,
      log: env.log,
      Connection: loadKafkaJsConnection(),
      clientId,
      bootstrap: settings.brokers,
      ssl: settings.ssl,
      sasl: settings.sasl,
      connectionTimeoutMs: settings.connectionTimeoutMs,
      authenticationTimeoutMs: settings.authenticationTimeoutMs,
      requestTimeoutMs: settings.requestTimeoutMs,
      maxFrameBytes: MAX_FRAME_BYTES,
      versionCeilings: settings.profile.versionCeilings,
      socketFactory: settings.socketFactory,
    });
  }

  openGroup(options: GroupOptions, listener: GroupListener): GroupSession {
    this.#checkOpen();
    const maxFetchVersion = this.#settings.profile.versionCeilings.get(FETCH);
    const deps = {
      wire: this.#wire,
      env: this.#env,
      metadataRefreshMs: this.#settings.metadataMaxAgeMs,
      ...(maxFetchVersion !== undefined && { maxFetchVersion }),
    };
    return this.#track(createGroupSession(deps, options, listener));
  }

  openProducer(options: ProducerOptions): ProducerSession {
    this.#checkOpen();
    checkProducerOptions(options, this.#settings);
    const { batchBytes, partitioner = keyed({ batchBytes }) } = options;
    const deps = {
      wire: this.#wire,
      env: this.#env,
      chooser: partitioner.create(this.#env.random),
      requestTimeoutMs: this.#settings.requestTimeoutMs,
      metadataMaxAgeMs: this.#settings.metadataMaxAgeMs,
      maxRequestBytes: this.#settings.profile.maxRequestBytes,
    };
    return this.#track(new KafkaProducer(deps, options));
  }

  openAdmin(): AdminSession {
    this.#checkOpen();
    const { requestTimeoutMs } = this.#settings;
    return this.#track(new KafkaAdmin({ wire: this.#wire, env: this.#env, requestTimeoutMs }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    try {
      await Promise.all([...this.#open].map((session) => session.close()));
    } finally {
      await this.#wire.close();
    }
  }

  /** Closes the session with the backend, unless it was closed by then. */
  #track<Session extends Closable>(session: Session): Session {
    this.#open.add(session);
    const close = session.close.bind(session);
    session.close = (options) => close(options).finally(() => this.#open.delete(session));
    return session;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined)
      throw new PartitaError('CLOSED', 'The Kafka backend is closed.');
  }
}

function checkProducerOptions(options: ProducerOptions, { profile }: KafkaSettings): void {
  const problems: string[] = [];
  const { compression, idempotent, acks } = options;
  if (!profile.compressions.has(compression))
    problems.push(
      `compression is ${compression}, but ${profile.name} takes ${[...profile.compressions].join(', ')}`,
    );
  // The broker refuses sequences of a producer that would not wait for them.
  if (idempotent && acks !== 'all') problems.push(`idempotent needs acks 'all', not '${acks}'`);
  if (problems.length > 0) throw new InvalidConfigError('producer options', problems);
}
