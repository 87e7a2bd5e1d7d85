import {
  type Cancel,
  formatPartition,
  type GroupListener,
  type OutOfRangePolicy,
  type TopicPartition,
} from '../../../core/index.ts';
import type { Connection } from '../connection.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { checkRange } from './reading-position.ts';

interface Reader {
  readonly log: PartitionLog;
  offset: number;
  /** By the engine: no room, or `pause`. Until `resume`. */
  paused: boolean;
  /** Out of range under `fail`. Until `seek`. */
  failed: boolean;
  readonly unwatch: Cancel;
}

export interface FeedOptions {
  readonly connection: Connection;
  readonly listener: GroupListener;
  readonly maxBytesPerPartition: number;
  readonly outOfRange: OutOfRangePolicy;
}

/**
 * Pushes the records of the partitions a session owns. Partitions take turns, one batch each, so that none holds up
 * another; each round is a turn of the clock of its own. There is no wire to save: records go out as soon as they are there,
 * whatever `fetch.minBytes` and `fetch.maxWaitMs` say.
 */
export class PartitionFeed {
  readonly #options: FeedOptions;
  readonly #readers = new Map<string, Reader>();
  /** Readers that may have something to push. */
  readonly #ready = new Set<Reader>();
  #cancelRound: Cancel | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(log: PartitionLog, offset: number): void {
    const reader: Reader = {
      log,
      offset,
      paused: false,
      failed: false,
      unwatch: log.watch(() => this.#wake(reader)),
    };
    this.#readers.set(formatPartition(log), reader);
    this.#wake(reader);
  }

  stop(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const key = formatPartition(partition);
      const reader = this.#readers.get(key);
      if (reader === undefined) continue;
      reader.unwatch();
      this.#readers.delete(key);
      this.#ready.delete(reader);
    }
  }

  stopAll(): void {
    this.stop([...this.#readers.values()].map((reader) => reader.log));
    this.#cancelRound?.();
    this.#cancelRound = undefined;
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const reader = this.#readers.get(formatPartition(partition));
      if (reader !== undefined) reader.paused = true;
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const reader = this.#readers.get(formatPartition(partition));
      if (reader === undefined) continue;
      reader.paused = false;
      this.#wake(reader);
    }
  }

  seek(partition: TopicPartition, offset: number): void {
    const reader = this.#readers.get(formatPartition(partition));
    if (reader === undefined) return;
    reader.offset = offset;
    reader.failed = false;
    this.#wake(reader);
  }

  #wake(reader: Reader): void {
    if (reader.paused || reader.failed) return;
    this.#ready.add(reader);
    this.#scheduleRound();
  }

  #scheduleRound(): void {
    const { connection } = this.#options;
    this.#cancelRound ??= connection.clock.schedule(connection.fetchDelayMs, () => {
      this.#cancelRound = undefined;
      if (connection.up) this.#round();
      else if (!connection.crashed) void connection.whenUp().then(() => this.#scheduleRound());
    });
  }

  #round(): void {
    for (const reader of [...this.#ready]) {
      // The listener may pause, seek or stop any partition while it takes the records of another.
      if (this.#ready.has(reader)) this.#push(reader);
    }
    if (this.#ready.size > 0) this.#scheduleRound();
  }

  #push(reader: Reader): void {
    const { log } = reader;
    if (reader.paused || !this.#inRange(reader) || reader.offset === log.endOffset) {
      this.#ready.delete(reader);
      return;
    }
    const { records, nextOffset, bytes } = log.read(
      reader.offset,
      this.#options.maxBytesPerPartition,
    );
    reader.offset = nextOffset;
    const hasRoom = this.#options.listener.records({
      topic: log.topic,
      partition: log.partition,
      records,
      next: { offset: nextOffset },
      bytes,
      logEndOffset: log.endOffset,
    });
    if (hasRoom) return;
    reader.paused = true;
    this.#ready.delete(reader);
  }

  #inRange(reader: Reader): boolean {
    const { listener, outOfRange } = this.#options;
    const check = checkRange(reader.log, reader.offset, outOfRange);
    if (check.kind === 'ok') return true;
    const { topic, partition } = reader.log;
    if (check.kind === 'fail') reader.failed = true;
    else reader.offset = check.offset;
    listener.failed(check.error, { topic, partition });
    return check.kind === 'reset';
  }
}
