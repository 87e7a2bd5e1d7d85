import type {
  AssignedPartition,
  GroupListener,
  GroupOptions,
  PartitaError,
  PartitionPosition,
  Position,
  TopicPartition,
} from '../../../core/index.ts';
import { createFetcher, type Fetcher } from '../fetch/fetcher.ts';
import { asPartitaError } from './as-partita-error.ts';
import type { Coordinator } from './coordinator.ts';
import { type OpeningDeps, openPartitions } from './opening.ts';
import type { OwnedPartition, Ownership } from './ownership.ts';
import type { GroupSessionDeps } from './session-deps.ts';
import type { Troubles } from './troubles.ts';

export interface ReadingDeps extends GroupSessionDeps {
  readonly options: GroupOptions;
  readonly listener: GroupListener;
  readonly troubles: Troubles;
  readonly ownership: Ownership;
  readonly coordinator: Coordinator | undefined;
  /** What no repetition heals. */
  readonly died: (error: PartitaError) => void;
}

/** The partitions of a session as far as reading them goes: found, announced to the engine, fetched, dropped. */
export class Reading {
  readonly #deps: ReadingDeps;
  readonly #fetcher: Fetcher;
  readonly #closing = new AbortController();
  readonly #opening: OpeningDeps;

  constructor(deps: ReadingDeps) {
    const { wire, env, options, listener, troubles, ownership, coordinator } = deps;
    const { group, isolation, rack, outOfRange, fetch } = options;
    this.#deps = deps;
    this.#fetcher = (deps.createFetcher ?? createFetcher)(
      { wire, env },
      {
        fetch,
        isolation,
        outOfRange,
        ...(rack !== undefined && { rack }),
        ...(deps.maxFetchVersion !== undefined && { maxFetchVersion: deps.maxFetchVersion }),
      },
      {
        records: (batch) => this.#delivers(batch) && listener.records(batch),
        failed: (error, partition) => troubles.failed('reading', error, partition),
        works: () => troubles.works('reading'),
      },
    );
    this.#opening = {
      wire,
      env,
      start: options,
      wanted: (partition, epoch) => {
        const owned = ownership.get(partition);
        return owned?.epoch === epoch && !owned.announced && !owned.leaving;
      },
      opened: (partitions) => this.#opened(partitions),
      trouble: (error) => troubles.failed('reading', error),
      signal: this.#closing.signal,
      ...(coordinator !== undefined && group !== null && { store: { coordinator, group } }),
    };
  }

  /** Goes on in the background until the engine has been told of all that are still ours. */
  open(partitions: readonly TopicPartition[], epoch: number): void {
    openPartitions(this.#opening, partitions, epoch).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#deps.died(asPartitaError('Opening partitions', error));
    });
  }

  /**
   * Stops pushing.
   *
   * @returns those that the engine knows of.
   */
  drop(partitions: readonly OwnedPartition[]): readonly TopicPartition[] {
    this.#fetcher.remove(partitions);
    return partitions
      .filter(({ announced }) => announced)
      .map(({ topic, partition }) => ({ topic, partition }));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#fetcher.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#fetcher.resume(partitions);
  }

  seek(partition: TopicPartition, position: Position): void {
    this.#fetcher.seek(partition, position);
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#fetcher.close();
  }

  #delivers(partition: TopicPartition): boolean {
    const owned = this.#deps.ownership.get(partition);
    return owned?.announced === true && !owned.leaving;
  }

  #opened(partitions: readonly AssignedPartition[]): void {
    const { ownership, listener, troubles } = this.#deps;
    ownership.announce(partitions);
    // The fetcher must know them before the engine does, which may seek or pause at once.
    this.#fetcher.add(partitions.map(startOf));
    listener.assigned(partitions);
    troubles.works('reading');
  }
}

function startOf({ topic, partition, position }: AssignedPartition): PartitionPosition {
  return { topic, partition, ...position };
}
