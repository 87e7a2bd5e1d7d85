import {
  type ClaimedPartition,
  type CommitFailure,
  type CoordinatorListener,
  formatPartition,
  type GroupCoordinator,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  PartitaError,
  type PartitionCommit,
  type Position,
  type TopicPartition,
} from '../../../core/index.ts';
import { Coordinator } from '../coordinator/coordinator.ts';
import { checkConsumerGroup, groupMissing } from './group-check.ts';
import type { GroupStore } from './group-store.ts';
import { findStart, type Opened } from './openings.ts';
import { Readers, type SessionDeps } from './readers.ts';

export interface MemberSessionDeps extends SessionDeps {
  readonly store: GroupStore;
  readonly topics: readonly string[];
}

/** A member of a group: the coordinator says what is ours, receivers read it. */
export class MemberSession implements GroupSession {
  readonly #deps: MemberSessionDeps;
  readonly #options: GroupOptions;
  readonly #listener: GroupListener;
  readonly #readers: Readers;
  readonly #coordinator: GroupCoordinator;
  /** Ours by the coordinator; aborted when it is not any more. */
  readonly #owned = new Map<string, AbortController>();
  /** Those of them the engine knows. */
  readonly #told = new Set<string>();
  #isOver = false;
  #closing: Promise<void> | undefined;

  /** @throws InvalidConfigError */
  constructor(deps: MemberSessionDeps, options: GroupOptions, listener: GroupListener) {
    const { env, settings, store, topics } = deps;
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
      stolen: (partition) => this.#coordinator.stolen(partition),
      groupMissing: (topic, cause) => this.#die(groupMissing(topic, store.group, cause)),
    });
    let isGroupChecked = false;
    this.#coordinator = new Coordinator({
      env,
      store: store.store,
      namespace: settings.namespace,
      group: store.group,
      topics,
      assignors: options.assignors,
      sessionTimeoutMs: options.sessionTimeoutMs,
      heartbeatIntervalMs: options.heartbeatIntervalMs,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs,
      officialProcessors: settings.officialProcessors,
      foreignExpiryMs: settings.foreignExpiryMs,
      maxClockSkewMs: settings.maxClockSkewMs,
      partitionRefreshMs: settings.partitionRefreshMs,
      ...(options.instanceId !== undefined && { instanceId: options.instanceId }),
      ...(options.rack !== undefined && { rack: options.rack }),
      partitionCounts: async (names) => {
        const counts = await deps.hubs.partitionCounts(names);
        if (!isGroupChecked)
          await Promise.all(
            names.map((topic) => checkConsumerGroup(deps.hubs, topic, store.group)),
          );
        isGroupChecked = true;
        return counts;
      },
      listener: this.#heard(),
    });
  }

  async commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    if (this.#closing !== undefined)
      throw new PartitaError('CLOSED', 'Positions were not stored: the session is closed');
    return this.#coordinator.commit(commits);
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

  requestRejoin(reason: string): void {
    this.#coordinator.requestRejoin(reason);
  }

  close(options: { readonly leave?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ leave = false }: { readonly leave?: boolean }): Promise<void> {
    this.#end();
    await this.#readers.closeAll();
    // A static member is expected back.
    await this.#coordinator.close({ leave: leave && this.#options.instanceId === undefined });
  }

  /** Nothing is opened or told any more. */
  #end(): void {
    this.#isOver = true;
    for (const owned of this.#owned.values()) owned.abort();
  }

  #heard(): CoordinatorListener {
    const listener = this.#listener;
    return {
      assigned: (added) => {
        if (added.length === 0) {
          listener.assigned([]);
          this.#remind();
        } else void this.#open(added);
      },
      revoked: async (removed, deadlineMs) => {
        const told = this.#forget(removed);
        const closing = this.#readers.close(removed);
        if (told.length > 0) await listener.revoked(told, deadlineMs);
        await closing;
      },
      lost: (removed) => {
        const told = this.#forget(removed);
        void this.#readers.close(removed);
        if (told.length > 0) listener.lost(told);
      },
      ownerLevels: (changed) => {
        for (const { ownerLevel, ...partition } of changed)
          this.#readers.setOwnerLevel(partition, ownerLevel);
      },
      failed: (error) => (error.retriable ? listener.failed(error) : this.#die(error)),
      membership: (state) => {
        listener.membership?.(state);
        this.#remind();
      },
    };
  }

  /** Tells of partitions once all of them have a position. */
  async #open(claimed: readonly ClaimedPartition[]): Promise<void> {
    // Claimed while the session was closed: the coordinator gives them back.
    if (this.#isOver) return;
    const opening = claimed.map((claim) => {
      const owned = new AbortController();
      this.#owned.set(formatPartition(claim), owned);
      return { claim, owned };
    });
    const found: (Opened | undefined)[] = [];
    try {
      const deps = {
        ...this.#deps,
        readers: this.#readers,
        failed: (error: PartitaError) => this.#listener.failed(error),
      };
      found.push(
        ...(await Promise.all(
          opening.map(({ claim, owned }) => findStart(deps, this.#options, claim, owned.signal)),
        )),
      );
    } catch (error) {
      this.#die(error);
      return;
    }
    this.#announce(found.filter((_, i) => opening[i]?.owned.signal.aborted === false));
  }

  #announce(found: readonly (Opened | undefined)[]): void {
    if (this.#isOver) return;
    const opened = found.filter((each) => each !== undefined);
    for (const { assigned } of opened) this.#told.add(formatPartition(assigned));
    this.#listener.assigned(opened.map(({ assigned }) => assigned));
    this.#remind();
    for (const { assigned, ownerLevel, reset } of opened) {
      const { topic, partition, position } = assigned;
      if (reset !== undefined) this.#listener.failed(reset, { topic, partition });
      if (this.#told.has(formatPartition(assigned)))
        this.#readers.open({ topic, partition }, position, ownerLevel);
    }
  }

  /** That the group works does not mean that all partitions are read. */
  #remind(): void {
    const { failure } = this.#readers;
    if (failure !== undefined && !this.#isOver) this.#listener.failed(failure);
  }

  /** Those of the partitions that the engine has been told of. */
  #forget(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
    return partitions.filter((partition) => {
      const key = formatPartition(partition);
      this.#owned.get(key)?.abort();
      this.#owned.delete(key);
      return this.#told.delete(key);
    });
  }

  #die(cause: unknown): void {
    if (this.#isOver) return;
    this.#end();
    void this.#readers.closeAll();
    this.#listener.failed(
      PartitaError.is(cause)
        ? cause
        : new PartitaError('INTERNAL', `The session failed: ${String(cause)}`, { cause }),
    );
  }
}
