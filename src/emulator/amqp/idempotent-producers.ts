import { AmqpError } from './conditions.ts';
import type { ProducerStamp } from './event.ts';

/** What a client asks for when it attaches; missing values are assigned. */
export interface ProducerClaim {
  readonly producerId: number | undefined;
  readonly epoch: number | undefined;
  readonly sequenceNumber: number | undefined;
}

interface ProducerState {
  epoch: number;
  lastSequenceNumber: number;
}

/** The idempotent producers of one partition: each event of a producer is taken once, in the order of its numbers. */
export class IdempotentProducers {
  readonly #states = new Map<number, ProducerState>();
  #nextId = 1;

  /** @throws AmqpError when a newer epoch of the same producer is known. */
  attach({ producerId, epoch, sequenceNumber }: ProducerClaim): ProducerStamp {
    const id = producerId ?? this.#unusedId();
    const known = this.#states.get(id);
    if (known !== undefined && epoch !== undefined && epoch < known.epoch) {
      throw stolenEpoch(id, epoch, known.epoch);
    }
    const isSame = known !== undefined && (epoch ?? known.epoch) === known.epoch;
    const state: ProducerState = {
      epoch: epoch ?? known?.epoch ?? 0,
      lastSequenceNumber: isSame ? known.lastSequenceNumber : (sequenceNumber ?? 0),
    };
    this.#states.set(id, state);
    return { producerId: id, epoch: state.epoch, sequenceNumber: state.lastSequenceNumber };
  }

  /**
   * True for an event to append, false for one that is there already.
   *
   * @throws AmqpError when an event before this one is missing, or the epoch is old.
   */
  isNew({ producerId, epoch, sequenceNumber }: ProducerStamp): boolean {
    const state = this.#states.get(producerId);
    if (state === undefined) {
      this.attach({ producerId, epoch, sequenceNumber });
      return true;
    }
    if (epoch < state.epoch) throw stolenEpoch(producerId, epoch, state.epoch);
    if (sequenceNumber <= state.lastSequenceNumber) return false;
    if (sequenceNumber !== state.lastSequenceNumber + 1) {
      throw new AmqpError(
        'com.microsoft:out-of-order-sequence',
        `Producer ${producerId} sent sequence number ${sequenceNumber}, expected is ${state.lastSequenceNumber + 1}.`,
      );
    }
    state.lastSequenceNumber = sequenceNumber;
    return true;
  }

  #unusedId(): number {
    while (this.#states.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }
}

function stolenEpoch(producerId: number, epoch: number, known: number): AmqpError {
  return new AmqpError(
    'com.microsoft:producer-epoch-stolen',
    `Producer ${producerId} has epoch ${known} already, and so epoch ${epoch} is refused.`,
  );
}
