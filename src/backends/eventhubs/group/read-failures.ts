import {
  type Cancel,
  type Clock,
  formatPartition,
  PartitaError,
  type TopicPartition,
} from '../../../core/index.ts';

/** A stolen partition is claimed again within a minute, or it has become somebody else's. */
const THEFT_MS = 90_000;

interface Failure {
  /** Undefined for the first theft: an official processor may have taken its share, as it does without a word. */
  readonly error: PartitaError | undefined;
  /** Of a theft: its end by time. */
  readonly cancel?: Cancel;
}

/** Why which partitions are not read at the moment. */
export class ReadFailures {
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #recovered: () => void;
  readonly #failures = new Map<string, Failure>();

  /** `recovered` is called when the last failure has ended. */
  constructor(clock: Pick<Clock, 'schedule'>, recovered: () => void) {
    this.#clock = clock;
    this.#recovered = recovered;
  }

  get any(): PartitaError | undefined {
    for (const { error } of this.#failures.values()) if (error !== undefined) return error;
    return undefined;
  }

  add(place: TopicPartition, error: PartitaError): void {
    this.#set(place, { error });
  }

  /**
   * Somebody else reads the partition; that it is read here again shows only after it was claimed again. Returns the error from
   * the second time on: then it was claimed in the store, and taken by somebody who does not ask there.
   */
  addTheft({ topic, partition }: TopicPartition): PartitaError | undefined {
    const place = { topic, partition };
    const isRepeated = this.#failures.get(formatPartition(place))?.cancel !== undefined;
    const error = isRepeated ? theft(place) : undefined;
    const cancel = this.#clock.schedule(THEFT_MS, () => this.end(place));
    this.#set(place, { error, cancel });
    return error;
  }

  /** Nobody is to read it here any more; but a stolen partition is closed because it was stolen. */
  closed(place: TopicPartition): void {
    if (this.#failures.get(formatPartition(place))?.cancel === undefined) this.end(place);
  }

  end(place: TopicPartition): void {
    const key = formatPartition(place);
    const failure = this.#failures.get(key);
    if (failure === undefined) return;
    failure.cancel?.();
    this.#failures.delete(key);
    if (failure.error !== undefined && this.any === undefined) this.#recovered();
  }

  clear(): void {
    for (const { cancel } of this.#failures.values()) cancel?.();
    this.#failures.clear();
  }

  #set(place: TopicPartition, failure: Failure): void {
    const key = formatPartition(place);
    this.#failures.get(key)?.cancel?.();
    this.#failures.set(key, failure);
  }
}

function theft(place: TopicPartition): PartitaError {
  return new PartitaError(
    'UNAVAILABLE',
    `Another receiver has taken ${formatPartition(place)} again, without asking the group. It is claimed again later; if that goes on, find the program that reads ${place.topic} with the same consumer group, and give it another one`,
    { ...place, retriable: true },
  );
}
