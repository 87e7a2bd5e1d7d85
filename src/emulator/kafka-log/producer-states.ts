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
}

interface ProducerState {
  epoch: number;
  /** The newest last. */
  batches: StoredBatch[];
}

/** What is to be done with a batch: append it, answer as for the one that is in the log already, or refuse it. */
export type Verdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly baseOffset: number }
  | { readonly kind: 'refuse'; readonly errorCode: number };

/** Batches in flight a producer may repeat (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
const KEPT_BATCHES = 5;
/** Producers remembered per partition; the one that was silent longest is forgotten first. */
const KEPT_PRODUCERS = 10_000;
const SEQUENCES = 2 ** 31;
const NO_PRODUCER = -1;

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
    if (stored !== undefined) return { kind: 'duplicate', baseOffset: stored.baseOffset };
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

  /** The batch was appended. */
  note(stamp: ProducerStamp, baseOffset: number): void {
    if (stamp.producerId === NO_PRODUCER) return;
    const known = this.#producers.get(stamp.producerId);
    const state =
      known?.epoch === stamp.producerEpoch ? known : { epoch: stamp.producerEpoch, batches: [] };
    state.batches.push({
      firstSequence: stamp.baseSequence,
      lastSequence: lastSequenceOf(stamp),
      baseOffset,
    });
    if (state.batches.length > KEPT_BATCHES) state.batches.shift();
    this.#producers.delete(stamp.producerId);
    this.#producers.set(stamp.producerId, state);
    if (this.#producers.size > KEPT_PRODUCERS) this.#forgetOldest();
  }

  /** Older epochs of the producer may not write any more. */
  fence(producerId: number, epoch: number): void {
    const state = this.#producers.get(producerId);
    if (state !== undefined && state.epoch < epoch)
      this.#producers.set(producerId, { epoch, batches: [] });
  }

  #forgetOldest(): void {
    for (const producerId of this.#producers.keys()) {
      this.#producers.delete(producerId);
      return;
    }
  }
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
