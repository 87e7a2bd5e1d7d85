import { AmqpError } from './conditions.ts';
import type { ProducerStamp } from './event.ts';

/** What a client asks for when it attaches; missing values are assigned. */
export interface ProducerClaim {
  readonly producerId: number | undefined;
  readonly epoch: number | undefined;
  readonly sequenceNumber: number | undefined;
}

interface ProducerState {
  readonly epoch: number;
  readonly lastSequenceNumber: number;
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
   * Those of a delivery's events that are not there already. A delivery is taken whole or not at all: when it is refused,
   * nothing is remembered of it.
   *
   * @throws AmqpError when an event before one of them is missing, or the epoch is old.
   */
  take<Event extends { readonly stamp: ProducerStamp | undefined }>(
    events: readonly Event[],
  ): Event[] {
    const ends = new Map<number, ProducerState>();
    const fresh = events.filter(({ stamp }) => {
      if (stamp === undefined) return true;
      const state = ends.get(stamp.producerId) ?? this.#states.get(stamp.producerId);
      if (state !== undefined && !isNext(stamp, state)) return false;
      const { epoch, sequenceNumber } = stamp;
      ends.set(stamp.producerId, { epoch, lastSequenceNumber: sequenceNumber });
      return true;
    });
    for (const [producerId, state] of ends) this.#states.set(producerId, state);
    return fresh;
  }

  #unusedId(): number {
    while (this.#states.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }
}

/** False for an event that was taken already. */
function isNext({ producerId, epoch, sequenceNumber }: ProducerStamp, state: ProducerState) {
  if (epoch < state.epoch) throw stolenEpoch(producerId, epoch, state.epoch);
  if (sequenceNumber <= state.lastSequenceNumber) return false;
  if (sequenceNumber === state.lastSequenceNumber + 1) return true;
  throw new AmqpError(
    'com.microsoft:out-of-order-sequence',
    `Producer ${producerId} sent sequence number ${sequenceNumber}, expected is ${state.lastSequenceNumber + 1}.`,
  );
}

function stolenEpoch(producerId: number, epoch: number, known: number): AmqpError {
  return new AmqpError(
    'com.microsoft:producer-epoch-stolen',
    `Producer ${producerId} has epoch ${known} already, and so epoch ${epoch} is refused.`,
  );
}
