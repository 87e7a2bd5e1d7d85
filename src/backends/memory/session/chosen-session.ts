import {
  type Cancel,
  type CommitFailure,
  formatPartition,
  type GroupSession,
  PartitaError,
  type PartitionCommit,
  type Position,
  type TopicPartition,
} from '../../../core/index.ts';
import { Channel } from '../channel.ts';
import type { Coordinator } from '../group/coordinator.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { checkCommits, closedError, fenced } from './commit-check.ts';
import { PartitionFeed } from './partition-feed.ts';
import type { SessionContext } from './session-context.ts';
import { takeOver } from './take-over.ts';

/** Nobody takes these partitions away, so one stamp is enough. */
const onlyEpoch = 0;

/** Reads chosen partitions: no member of the group, which at most keeps the positions. */
export class ChosenSession implements GroupSession {
  readonly #context: SessionContext;
  readonly #coordinator: Coordinator | undefined;
  readonly #feed: PartitionFeed;
  readonly #commits: Channel;
  readonly #owned = new Map<string, PartitionLog>();
  readonly #unwatch: Cancel;
  readonly #cancelStart: Cancel;
  #over = false;

  constructor(
    context: SessionContext,
    partitions: readonly TopicPartition[],
    coordinator: Coordinator | undefined,
  ) {
    const { connection, listener, options, topics } = context;
    this.#context = context;
    this.#coordinator = coordinator;
    this.#commits = new Channel(connection, 'commit');
    this.#feed = new PartitionFeed({
      connection,
      listener,
      maxBytesPerPartition: options.fetch.maxBytesPerPartition,
      outOfRange: options.outOfRange,
    });
    this.#unwatch = topics.watch(() =>
      connection.clock.schedule(0, () => void this.#topicsChanged()),
    );
    this.#cancelStart = connection.clock.schedule(0, () => this.#start(partitions));
  }

  async commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    if (this.#over) throw closedError();
    return this.#commits.send(() => this.#store(commits));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#feed.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#feed.resume(partitions);
  }

  seek(partition: TopicPartition, position: Position): void {
    this.#feed.seek(partition, position.offset);
  }

  /** There is nobody to share with. */
  requestRejoin(_reason: string): void {}

  async close(): Promise<void> {
    this.#over = true;
    this.#cancelStart();
    this.#unwatch();
    this.#feed.stopAll();
  }

  #start(partitions: readonly TopicPartition[]): void {
    const { topics, listener } = this.#context;
    try {
      for (const partition of partitions)
        this.#owned.set(formatPartition(partition), topics.log(partition));
    } catch (error) {
      if (!PartitaError.is(error)) throw error;
      this.#over = true;
      listener.failed(error);
      return;
    }
    takeOver(this.#context, this.#feed, this.#coordinator?.offsets, partitions, onlyEpoch);
  }

  #store(commits: readonly PartitionCommit[]): readonly CommitFailure[] {
    const coordinator = this.#coordinator;
    if (coordinator === undefined)
      throw new PartitaError('INVALID_CONFIG', 'Positions need a group to be stored in; name one');
    const { valid, failures } = checkCommits(
      commits,
      (commit) => (this.#owned.has(formatPartition(commit)) ? onlyEpoch : undefined),
      this.#context.commitMetadataBytes,
    );
    if (valid.length === 0 || coordinator.commitFromOutside(valid) === undefined) return failures;
    const why = `group ${coordinator.group} has members, which decide about its positions`;
    return [...failures, ...valid.map((commit) => fenced(commit, why))];
  }

  async #topicsChanged(): Promise<void> {
    const { connection, listener, topics } = this.#context;
    await connection.whenUp();
    if (this.#over || connection.crashed) return;
    const deleted = [...this.#owned.values()]
      .filter((log) => topics.find(log) !== log)
      .map(({ topic, partition }) => ({ topic, partition }));
    if (deleted.length === 0) return;
    this.#feed.stop(deleted);
    for (const partition of deleted) this.#owned.delete(formatPartition(partition));
    listener.lost(deleted);
  }
}
