import { errorCode } from '../../protocol/index.ts';

/** What a batch says about its producer. */
export interface ProducerStamp {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly records: number;
}

interface StoredBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly timestampMs: number;
}

interface ProducerState {
  epoch: number;
  /** Of its last batch or marker; -1 when unknown. */
  lastTimestampMs: number;
  /** Of its last marker; -1: none. */
  coordinatorEpoch: number;
  /** The newest last. */
  batches: StoredBatch[];
}

/** What is to be done with a batch: append it, answer as for the one that is in the log already, or refuse it. */
export type Verdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly baseOffset: number; readonly timestampMs: number }
  | { readonly kind: 'refuse'; readonly errorCode: number };

/** Batches in flight a producer may repeat (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
const KEPT_BATCHES = 5;
/** Producers remembered per partition; the one that was silent longest is forgotten first. */
const KEPT_PRODUCERS = 10_000;
const SEQUENCES = 2 ** 31;
const NO_PRODUCER = -1;
const NO_SEQUENCE = -1;
const UNKNOWN_TIME = -1;
const NO_MARKER = -1;
/** There is one coordinator, and it stays. */
const COORDINATOR_EPOCH = 0;

/** What is known of a producer. */
export interface KnownProducer {
  readonly producerId: number;
  readonly epoch: number;
  /** -1: it has written nothing in this epoch. */
  readonly lastSequence: number;
  /** -1 when unknown. */
  readonly lastTimestampMs: number;
  /** -1: no transaction of its has ended here. */
  readonly coordinatorEpoch: number;
}

/** Idempotent producers of one partition: which batches are repetitions, which have lost one before them (KIP-98). */
export class ProducerStates {
  readonly #producers = new Map<number, ProducerState>();

  check(stamp: ProducerStamp): Verdict {
    if (stamp.producerId === NO_PRODUCER) return { kind: 'append' };
    const state = this.#producers.get(stamp.producerId);
    // A producer nobody remembers may go on anywhere: retention has taken what it wrote (KIP-360).
    if (state === undefined) return { kind: 'append' };
    if (stamp.producerEpoch < state.epoch)
      return { kind: 'refuse', errorCode: errorCode.INVALID_PRODUCER_EPOCH };
    if (stamp.producerEpoch > state.epoch) return expectSequence(stamp, 0);
    const lastSequence = lastSequenceOf(stamp);
    const stored = state.batches.find(
      (batch) => batch.firstSequence === stamp.baseSequence && batch.lastSequence === lastSequence,
    );
    if (stored !== undefined)
      return {
        kind: 'duplicate',
        baseOffset: stored.baseOffset,
        timestampMs: stored.timestampMs,
      };
    const newest = state.batches.at(-1);
    return expectSequence(stamp, newest === undefined ? 0 : (newest.lastSequence + 1) % SEQUENCES);
  }

  /** How far a producer is; undefined when nobody remembers it, or it has written nothing in this epoch. */
  last(producerId: number): { epoch: number; lastSequence: number } | undefined {
    const state = this.#producers.get(producerId);
    const newest = state?.batches.at(-1);
    if (state === undefined || newest === undefined) return undefined;
    return { epoch: state.epoch, lastSequence: newest.lastSequence };
  }

  /** Every producer that is remembered. */
  *[Symbol.iterator](): Generator<KnownProducer> {
    for (const [producerId, { epoch, batches, lastTimestampMs, coordinatorEpoch }] of this
      .#producers) {
      const lastSequence = batches.at(-1)?.lastSequence ?? NO_SEQUENCE;
      yield { producerId, epoch, lastSequence, lastTimestampMs, coordinatorEpoch };
    }
  }

  /** The batch was appended. */
  note(stamp: ProducerStamp, baseOffset: number, timestampMs: number = UNKNOWN_TIME): void {
    if (stamp.producerId === NO_PRODUCER) return;
    const known = this.#producers.get(stamp.producerId);
    const state =
      known?.epoch === stamp.producerEpoch
        ? known
        : newState(stamp.producerEpoch, known?.coordinatorEpoch);
    state.lastTimestampMs = timestampMs;
    state.batches.push({
      firstSequence: stamp.baseSequence,
      lastSequence: lastSequenceOf(stamp),
      baseOffset,
      timestampMs,
    });
    if (state.batches.length > KEPT_BATCHES) state.batches.shift();
    this.#producers.delete(stamp.producerId);
    this.#producers.set(stamp.producerId, state);
    if (this.#producers.size > KEPT_PRODUCERS) this.#forgetOldest();
  }

  /** A marker was appended: older epochs of the producer may not write any more. */
  fence(producerId: number, epoch: number, timestampMs: number = UNKNOWN_TIME): void {
    const known = this.#producers.get(producerId);
    if (known === undefined) return;
    const state = known.epoch < epoch ? newState(epoch) : known;
    state.lastTimestampMs = timestampMs;
    state.coordinatorEpoch = COORDINATOR_EPOCH;
    this.#producers.set(producerId, state);
  }

  #forgetOldest(): void {
    for (const producerId of this.#producers.keys()) {
      this.#producers.delete(producerId);
      return;
    }
  }
}

function newState(epoch: number, coordinatorEpoch: number = NO_MARKER): ProducerState {
  return { epoch, lastTimestampMs: UNKNOWN_TIME, coordinatorEpoch, batches: [] };
}

function expectSequence({ baseSequence }: ProducerStamp, expected: number): Verdict {
  return baseSequence === expected
    ? { kind: 'append' }
    : { kind: 'refuse', errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER };
}

/** Sequences start again at 0 behind 2^31 - 1. */
function lastSequenceOf({ baseSequence, records }: ProducerStamp): number {
  return (baseSequence + records - 1) % SEQUENCES;
}
