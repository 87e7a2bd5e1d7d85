import {
  Backoff,
  type CommitFailure,
  CommitFencedError,
  formatPartition,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  PartitaError,
  type PartitionCommit,
  type Position,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';
import { checkConsumerGroup, groupMissing } from './group-check.ts';
import type { GroupStore } from './group-store.ts';
import { findStart, type Opening } from './openings.ts';
import { Readers, type SessionDeps } from './readers.ts';

export interface ChosenSessionDeps extends SessionDeps {
  /** Undefined: positions are kept nowhere. */
  readonly store: GroupStore | undefined;
  readonly partitions: readonly TopicPartition[];
}

/** Reads chosen partitions: no member of the group, which at most keeps the positions. */
export class ChosenSession implements GroupSession {
  readonly #deps: ChosenSessionDeps;
  readonly #options: GroupOptions;
  readonly #listener: GroupListener;
  readonly #readers: Readers;
  readonly #over = new AbortController();
  #commits: Promise<unknown> = Promise.resolve();

  constructor(deps: ChosenSessionDeps, options: GroupOptions, listener: GroupListener) {
    this.#deps = deps;
    this.#options = options;
    this.#listener = listener;
    this.#readers = new Readers(deps, options, {
      deliver: (batch) => listener.records(batch),
      failed: (error, partition) => {
        if (error.retriable || partition !== undefined) listener.failed(error, partition);
        else this.#die(error);
      },
      recovered: () => listener.recovered?.(),
      groupMissing: (topic, cause) =>
        this.#die(groupMissing(topic, options.group ?? '$Default', cause)),
    });
    void this.#start();
  }

  async commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    const { store } = this.#deps;
    if (this.#over.signal.aborted)
      throw new PartitaError('CLOSED', 'Positions were not stored: the session is closed');
    if (store === undefined)
      throw new PartitaError('INVALID_CONFIG', 'Positions need a group to be stored in; name one');
    const stored = this.#commits.then(() => storeAll(store, commits));
    // The caller hears of a failure by `stored`; the next commit only has to come after this one.
    this.#commits = stored.catch(() => {});
    return stored;
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#readers.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#readers.resume(partitions);
  }

  seek(partition: TopicPartition, position: Position): void {
    this.#readers.seek(partition, position);
  }

  /** There is nobody to share with. */
  requestRejoin(_reason: string): void {}

  async close(): Promise<void> {
    this.#over.abort();
    await this.#readers.closeAll();
    await this.#commits;
  }

  async #start(): Promise<void> {
    const { env } = this.#deps;
    const backoff = new Backoff(env.random, 200, 10_000);
    while (!this.#over.signal.aborted) {
      try {
        await this.#open();
        return;
      } catch (error) {
        if (!PartitaError.is(error) || !error.retriable) return this.#die(error);
        if (!this.#over.signal.aborted) this.#listener.failed(error);
        await sleep(env.clock, backoff.next(), this.#over.signal);
      }
    }
  }

  async #open(): Promise<void> {
    const { hubs, store, partitions } = this.#deps;
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    checkPartitions(partitions, await hubs.partitionCounts(topics));
    if (store !== undefined) {
      await store.check();
      await Promise.all(topics.map((topic) => checkConsumerGroup(hubs, topic, store.group)));
    }
    const stored = await store?.checkpoints(topics);
    const committed = new Map(stored?.map((record) => [formatPartition(record), record]));
    const found = await Promise.all(
      partitions.map((partition) => {
        const record = committed.get(formatPartition(partition));
        const opening: Opening = {
          ...partition,
          epoch: 0,
          ownerLevel: 0,
          position: record ?? null,
          metadata: record?.metadata ?? '',
        };
        const failed = (error: PartitaError) => this.#listener.failed(error);
        const deps = { ...this.#deps, readers: this.#readers, failed };
        return findStart(deps, this.#options, opening, this.#over.signal);
      }),
    );
    if (this.#over.signal.aborted) return;
    const opened = found.filter((each) => each !== undefined);
    this.#listener.assigned(opened.map(({ assigned }) => assigned));
    for (const { assigned, ownerLevel, reset } of opened) {
      const { topic, partition, position } = assigned;
      if (reset !== undefined) this.#listener.failed(reset, { topic, partition });
      this.#readers.open({ topic, partition }, position, ownerLevel);
    }
  }

  #die(cause: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    void this.#readers.closeAll();
    this.#listener.failed(
      PartitaError.is(cause)
        ? cause
        : new PartitaError('INTERNAL', `The session failed: ${String(cause)}`, { cause }),
    );
  }
}

function checkPartitions(
  partitions: readonly TopicPartition[],
  counts: ReadonlyMap<string, number>,
): void {
  for (const { topic, partition } of partitions) {
    const count = counts.get(topic) ?? 0;
    if (partition >= count)
      throw new PartitaError(
        'UNKNOWN_PARTITION',
        `There is no partition ${partition} in the event hub ${topic}, which has ${count}`,
        { topic, partition },
      );
  }
}

async function storeAll(
  store: GroupStore,
  commits: readonly PartitionCommit[],
): Promise<readonly CommitFailure[]> {
  const failures: CommitFailure[] = [];
  const topics = [...new Set(commits.map(({ topic }) => topic))];
  const members = await store.members(topics);
  for (const { topic, partition, position, metadata } of commits) {
    if (members.length > 0) {
      const message = `Position ${position.offset} of ${topic}-${partition} was not stored: group ${store.group} has members, which decide about its positions`;
      failures.push({
        topic,
        partition,
        error: new CommitFencedError(message, { topic, partition }),
      });
    } else await store.put({ topic, partition, ...position, metadata });
  }
  return failures;
}
