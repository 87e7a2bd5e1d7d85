import type { Clock, RecordBatch } from '../../../core/index.ts';
import type { KafkaRecord } from '../../../protocol/index.ts';
import type { Chunk, FetchedBytes } from './fetched-bytes.ts';
import type { PartitionState } from './partition-state.ts';

/** Decoding goes on no longer than this without letting sockets and timers have their turn. */
const sliceMs = 8;

export interface DeliveryEvents {
  /** Hands records over; false: no more of this partition until `resume`. */
  push(batch: RecordBatch): boolean;
  /** An answer has been handed over whole: there is room for another one. */
  emptied(state: PartitionState): void;
  /** The bytes at `state.delivered` cannot be read. */
  damaged(state: PartitionState, error: unknown): void;
}

/**
 * Decodes what was fetched and hands it over, a chunk of each partition in turn, as long as there is room. What there is no
 * room for stays undecoded.
 */
export class Delivery {
  readonly #clock: Clock;
  readonly #events: DeliveryEvents;
  /** Partitions in turn; they join at the end. */
  readonly #turns = new Set<PartitionState>();
  #running = false;

  constructor(clock: Clock, events: DeliveryEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Bytes that wait for their turn, not for room. */
  get waitingBytes(): number {
    let bytes = 0;
    for (const state of this.#turns) bytes += state.undeliveredBytes;
    return bytes;
  }

  /** There are bytes, or room, that were not there before. */
  add(state: PartitionState): void {
    if (canDeliver(state)) this.#turns.add(state);
  }

  forget(state: PartitionState): void {
    this.#turns.delete(state);
  }

  /** Does nothing when called from inside itself, or while it waits for its next slice of time. */
  run(): void {
    if (this.#running || this.#turns.size === 0) return;
    this.#running = true;
    const endMs = this.#clock.now() + sliceMs;
    for (const state of this.#turns) {
      this.#turns.delete(state);
      this.#deliver(state);
      this.add(state);
      if (this.#turns.size > 0 && this.#clock.now() >= endMs) {
        this.#breathe();
        return;
      }
    }
    this.#running = false;
  }

  #breathe(): void {
    this.#clock.schedule(0, () => {
      this.#running = false;
      this.run();
    });
  }

  #deliver(state: PartitionState): void {
    const fetched = state.fetched[0];
    if (fetched === undefined || !canDeliver(state)) return;
    const chunk = this.#decode(state, fetched);
    if (chunk === undefined) return;
    if (chunk.nextOffset > state.delivered.offset) this.#push(state, fetched, chunk);
    // A seek from inside the sink has thrown the rest away.
    if (state.fetched[0] !== fetched || !fetched.done) return;
    state.fetched.shift();
    this.#events.emptied(state);
  }

  #decode(state: PartitionState, fetched: FetchedBytes): Chunk | undefined {
    const { topic, partition } = state;
    try {
      return fetched.next({ topic, partition, startOffset: state.delivered.offset });
    } catch (error) {
      this.#events.damaged(state, error);
      return undefined;
    }
  }

  #push(state: PartitionState, fetched: FetchedBytes, chunk: Chunk): void {
    const { topic, partition } = state;
    const { records, nextOffset } = chunk;
    state.delivered = { offset: nextOffset, epoch: chunk.epoch };
    state.corruptReads = 0;
    const room = this.#events.push({
      topic,
      partition,
      records,
      next: { offset: nextOffset },
      bytes: sizeOf(records),
      ...(fetched.highWatermark >= 0 && { logEndOffset: fetched.highWatermark }),
    });
    if (!room) state.paused = true;
  }
}

function canDeliver(state: PartitionState): boolean {
  return !state.paused && !state.halted && state.fetched.length > 0;
}

function sizeOf(records: readonly KafkaRecord[]): number {
  let bytes = 0;
  for (const record of records) bytes += record.sizeBytes;
  return bytes;
}
