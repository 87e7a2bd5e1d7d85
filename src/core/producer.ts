import { produceMiddleware, sendThrough } from './engine/produce-chain.ts';
import { sendOne } from './engine/send-one.ts';
import { InvalidConfigError, PartitaError } from './model/errors.ts';
import type { ProducerRecord, RecordMetadata } from './model/record.ts';
import { isThenable } from './model/thenable.ts';
import { encodeRecords } from './options/encode-records.ts';
import type { Middleware, MiddlewareEnv } from './options/middleware.ts';
import { OptionCheck } from './options/option-check.ts';
import {
  type AnyTopic,
  isTypedTopic,
  type TypedRecord,
  type TypedTopic,
} from './options/typed-topic.ts';
import type { Backend, ProducerOptions, ProducerSession } from './ports/backend.ts';

/** What a producer needs from its application. */
export interface ProducerHome {
  /** @throws PartitaError `CLOSED` after the application was stopped. */
  open(): Backend;
  env(): MiddlewareEnv;
}

/** Writes records and waits for the broker's word that it has them. */
export class Producer implements AsyncDisposable {
  readonly #home: ProducerHome;
  readonly #options: ProducerOptions;
  readonly #middleware: readonly Middleware[];
  #opened: { readonly backend: Backend; readonly session: ProducerSession } | undefined;
  #closed = false;

  /** @internal Made by `app.producer()`. Opened by its first `send`: until then the application may still be moved. */
  constructor(home: ProducerHome, options: ProducerOptions, middleware: readonly Middleware[]) {
    this.#home = home;
    this.#options = options;
    this.#middleware = produceMiddleware(middleware, 'producer');
  }

  /**
   * Writes one record; resolves with where it is once it is acknowledged.
   *
   * @throws PartitaError when it is not: unknown topic or partition, too large, or no acknowledgement in time.
   */
  send(topic: string, record: ProducerRecord): Promise<RecordMetadata>;
  /**
   * Writes several; resolves in the order given once all are acknowledged.
   *
   * @throws ProduceError with a result per record when some are not.
   */
  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]>;
  /**
   * The same to a typed topic, which encodes the values. With an asynchronous schema records may pass each other: wait for one
   * `send` before the next where order counts.
   *
   * @throws PartitaError `ENCODE_FAILED` when a value does not fit; nothing is written then.
   */
  send<In>(topic: TypedTopic<In, unknown>, record: TypedRecord<In>): Promise<RecordMetadata>;
  send<In>(
    topic: TypedTopic<In, unknown>,
    records: readonly TypedRecord<In>[],
  ): Promise<readonly RecordMetadata[]>;
  async send(
    topic: string | AnyTopic,
    records: ProducerRecord | readonly ProducerRecord[],
  ): Promise<RecordMetadata | readonly RecordMetadata[]> {
    const name = isTypedTopic(topic) ? topic.name : topic;
    if (this.#closed)
      throw new PartitaError('CLOSED', `Cannot write to ${name}: the producer is closed.`);
    const list = (Array.isArray(records) ? records : [records]) as readonly ProducerRecord[];
    const encoded = isTypedTopic(topic)
      ? encodeRecords(topic, list as readonly TypedRecord<never>[])
      : list;
    // Nothing is waited for that is there: records that are sent in a row stay in their order.
    const ready = isThenable(encoded) ? await encoded : encoded;
    if (Array.isArray(records)) return this.#send(name, ready);
    return sendOne(() => this.#send(name, ready));
  }

  /** Sends what waits for company at once, and resolves when all of it is settled. */
  async flush(): Promise<void> {
    await this.#opened?.session.flush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opened?.session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]> {
    const session = this.#session();
    const middleware = this.#middleware;
    if (middleware.length === 0) return session.send(topic, records);
    const write = {
      topic,
      records,
      origin: 'producer' as const,
      env: this.#home.env(),
      middleware,
    };
    return sendThrough(write, (all) => session.send(topic, all));
  }

  /** On the backend that the application has now: in tests an application lives on after a crash, on a new one. */
  #session(): ProducerSession {
    const backend = this.#home.open();
    if (this.#opened?.backend !== backend)
      this.#opened = { backend, session: backend.openProducer(this.#options) };
    return this.#opened.session;
  }
}

/** Fills in defaults. @throws InvalidConfigError with every problem at once. */
export function resolveProducerOptions(options: Partial<ProducerOptions>): ProducerOptions {
  const check = new OptionCheck();
  const given: Partial<ProducerOptions> = check.object('options', options);
  check.known('', given, [
    'acks',
    'lingerMs',
    'batchBytes',
    'compression',
    'idempotent',
    'deliveryTimeoutMs',
    'partitioner',
  ]);
  check.oneOf('acks', given.acks, ['all', 'leader', 'none']);
  check.oneOf('compression', given.compression, ['none', 'gzip', 'snappy', 'lz4', 'zstd']);
  if (given.idempotent === true && given.acks !== undefined && given.acks !== 'all')
    check.problem(`idempotent needs acks 'all', but acks is '${given.acks}'`);
  const resolved: ProducerOptions = {
    acks: given.acks ?? 'all',
    lingerMs: check.count('lingerMs', given.lingerMs ?? 5, 0),
    batchBytes: check.count('batchBytes', given.batchBytes ?? 128 * 1024, 1),
    compression: given.compression ?? 'none',
    idempotent: given.idempotent ?? (given.acks ?? 'all') === 'all',
    deliveryTimeoutMs: check.ms('deliveryTimeoutMs', given.deliveryTimeoutMs ?? 120_000),
    ...(given.partitioner !== undefined && { partitioner: given.partitioner }),
  };
  if (check.problems.length > 0) throw new InvalidConfigError('producer options', check.problems);
  return resolved;
}
