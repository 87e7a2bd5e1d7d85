import { produceMiddleware, sendThrough } from './engine/produce-chain.ts';
import { sendOne } from './engine/send-one.ts';
import { InvalidConfigError } from './model/errors.ts';
import type { ProducerRecord, RecordMetadata } from './model/record.ts';
import type { Middleware, MiddlewareEnv } from './options/middleware.ts';
import { OptionCheck } from './options/option-check.ts';
import type { ProducerOptions, ProducerSession } from './ports/backend.ts';

/** Writes records and waits for the broker's word that it has them. */
export class Producer implements AsyncDisposable {
  readonly #session: ProducerSession;
  readonly #middleware: readonly Middleware[];
  readonly #env: MiddlewareEnv;

  /** @internal Made by `app.producer()`. */
  constructor(session: ProducerSession, middleware: readonly Middleware[], env: MiddlewareEnv) {
    this.#session = session;
    this.#middleware = produceMiddleware(middleware, 'producer');
    this.#env = env;
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
  async send(
    topic: string,
    records: ProducerRecord | readonly ProducerRecord[],
  ): Promise<RecordMetadata | readonly RecordMetadata[]> {
    if (Array.isArray(records)) return this.#send(topic, records);
    return sendOne(() => this.#send(topic, [records as ProducerRecord]));
  }

  /** Sends what waits for company at once, and resolves when all of it is settled. */
  flush(): Promise<void> {
    return this.#session.flush();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]> {
    const middleware = this.#middleware;
    if (middleware.length === 0) return this.#session.send(topic, records);
    const write = { topic, records, origin: 'producer' as const, env: this.#env, middleware };
    return sendThrough(write, (all) => this.#session.send(topic, all));
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
