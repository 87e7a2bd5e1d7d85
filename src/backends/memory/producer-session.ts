import {
  choosePartition,
  PartitaError,
  type PartitionChooser,
  ProduceError,
  type ProducerOptions,
  type ProducerRecord,
  type ProducerSession,
  type Random,
  type RecordMetadata,
} from '../../core/index.ts';
import { keyed } from '../../partitioners/index.ts';
import { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { PartitionLog } from './log/partition-log.ts';
import { type StoredContent, storedContent } from './log/stored-record.ts';
import type { Topics } from './log/topics.ts';

export interface MemoryProducerContext {
  readonly connection: Connection;
  readonly topics: Topics;
  readonly random: Random;
  readonly maxRecordBytes: number;
}

/**
 * Writes into the log. There is no wire to save, so `lingerMs`, `batchBytes` and `compression` have no effect, and no retry
 * that `idempotent` would have to guard.
 */
export class MemoryProducerSession implements ProducerSession {
  readonly #context: MemoryProducerContext;
  readonly #options: ProducerOptions;
  readonly #chooser: PartitionChooser;
  readonly #requests: Channel;
  #closed = false;

  constructor(context: MemoryProducerContext, options: ProducerOptions) {
    this.#context = context;
    this.#options = options;
    this.#chooser = (options.partitioner ?? keyed()).create(context.random);
    this.#requests = new Channel(context.connection, 'produce');
  }

  async send(
    topic: string,
    records: readonly ProducerRecord[],
  ): Promise<readonly RecordMetadata[]> {
    if (this.#closed)
      throw new PartitaError('CLOSED', `Cannot write to ${topic}: the producer is closed`);
    const nowMs = this.#context.connection.clock.now();
    // Copied before anything is awaited: from here on the caller may do with its buffers what it likes.
    const contents = records.map((record) => contentOf(topic, record, nowMs));
    const written = this.#requests.send(() =>
      contents.map((content, i) =>
        PartitaError.is(content) ? content : this.#write(topic, content, records[i]?.partition),
      ),
    );
    const results = await this.#withinDeadline(topic, records, written);
    if (results.some((result) => PartitaError.is(result))) throw new ProduceError(results);
    return results as readonly RecordMetadata[];
  }

  async flush(): Promise<void> {
    await this.#requests.idle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #write(
    topic: string,
    content: StoredContent,
    partition: number | undefined,
  ): RecordMetadata | PartitaError {
    try {
      const log = this.#logFor(topic, content, partition);
      const offset = log.append(content);
      return {
        topic,
        partition: log.partition,
        offset: this.#options.acks === 'none' ? -1 : offset,
      };
    } catch (error) {
      if (PartitaError.is(error)) return error;
      throw error;
    }
  }

  #logFor(topic: string, content: StoredContent, partition: number | undefined): PartitionLog {
    const { topics, maxRecordBytes } = this.#context;
    const { key, sizeBytes } = content;
    if (sizeBytes > maxRecordBytes)
      throw new PartitaError(
        'RECORD_TOO_LARGE',
        `A record for ${topic} takes ${sizeBytes} bytes, more than the ${maxRecordBytes} this broker takes`,
        { topic },
      );
    const chosen =
      partition ??
      choosePartition(this.#chooser, { topic, key, sizeBytes }, topics.get(topic).length);
    if (PartitaError.is(chosen)) throw chosen;
    return topics.log({ topic, partition: chosen });
  }

  /** A request that fails as a whole fails each of its records; one that takes too long as well. */
  async #withinDeadline(
    topic: string,
    records: readonly ProducerRecord[],
    written: Promise<readonly (RecordMetadata | PartitaError)[]>,
  ): Promise<readonly (RecordMetadata | PartitaError)[]> {
    const { deliveryTimeoutMs } = this.#options;
    const late = Promise.withResolvers<never>();
    const cancel = this.#context.connection.clock.schedule(deliveryTimeoutMs, () => {
      const message = `${records.length} records for ${topic} were not acknowledged within ${deliveryTimeoutMs} ms; they may or may not have been written`;
      late.reject(new PartitaError('TIMEOUT', message, { topic, retriable: true }));
    });
    try {
      return await Promise.race([written, late.promise]);
    } catch (error) {
      if (!PartitaError.is(error)) throw error;
      return records.map(() => error);
    } finally {
      cancel();
    }
  }
}

/** What is no record fails alone. */
function contentOf(
  topic: string,
  record: ProducerRecord,
  nowMs: number,
): StoredContent | PartitaError {
  try {
    return storedContent(record, nowMs, topic);
  } catch (error) {
    if (PartitaError.is(error)) return error;
    throw error;
  }
}
