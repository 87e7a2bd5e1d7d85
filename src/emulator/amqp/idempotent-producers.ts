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

/** What the log remembers of producers, whatever protocol they speak. */
export interface ProducerMemory {
  last(producerId: number): { readonly epoch: number; readonly lastSequence: number } | undefined;
  /** Takes the next id nobody has. */
  nextProducerId(): number;
}

/** Events that are not in the log yet; `remember` says that they are. */
export interface FreshEvents<Event> {
  readonly events: readonly Event[];
  remember(): void;
}

/** The idempotent producers of one partition: each event of a producer is taken once, in the order of its numbers. */
export class IdempotentProducers {
  readonly #memory: ProducerMemory;
  readonly #states = new Map<number, ProducerState>();

  constructor(memory: ProducerMemory) {
    this.#memory = memory;
  }

  /** @throws AmqpError when a newer epoch of the same producer is known. */
  attach({ producerId, epoch, sequenceNumber }: ProducerClaim): ProducerStamp {
    const id = producerId ?? this.#memory.nextProducerId();
    const known = this.#known(id);
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
   * nothing is remembered of it. What is fresh is remembered when it was appended.
   *
   * @throws AmqpError when an event before one of them is missing, or the epoch is old.
   */
  take<Event extends { readonly stamp: ProducerStamp | undefined }>(
    events: readonly Event[],
  ): FreshEvents<Event> {
    const ends = new Map<number, ProducerState>();
    const fresh = events.filter(({ stamp }) => {
      if (stamp === undefined) return true;
      const state = ends.get(stamp.producerId) ?? this.#known(stamp.producerId);
      if (state !== undefined && !isNext(stamp, state)) return false;
      const { epoch, sequenceNumber } = stamp;
      ends.set(stamp.producerId, { epoch, lastSequenceNumber: sequenceNumber });
      return true;
    });
    const remember = (): void => {
      for (const [producerId, state] of ends) this.#states.set(producerId, state);
    };
    return { events: fresh, remember };
  }

  #known(producerId: number): ProducerState | undefined {
    const state = this.#states.get(producerId);
    if (state !== undefined) return state;
    const last = this.#memory.last(producerId);
    return last && { epoch: last.epoch, lastSequenceNumber: last.lastSequence };
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
