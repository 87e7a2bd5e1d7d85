import {
  type BackendEnv,
  type CommitFailure,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  PartitaError,
  type PartitionCommit,
  type Position,
  type TopicPartition,
} from '../../../core/index.ts';
import type { Wire } from '../wire/wire.ts';
import { asPartitaError } from './as-partita-error.ts';
import { Commits } from './commits.ts';
import { Coordinator } from './coordinator.ts';
import { nobody } from './member-identity.ts';
import { Ownership } from './ownership.ts';
import { Reading } from './reading.ts';
import type { GroupSessionDeps } from './session-deps.ts';
import { SubscribedTopics } from './subscribed-topics.ts';
import { Troubles } from './troubles.ts';

/** There is no generation to tell one ownership from the next. */
const EPOCH = 0;

/**
 * Exactly these partitions, with no membership. With a group, positions are stored there under no member's name, which the
 * coordinator accepts as long as the group has no members.
 */
export class ChosenPartitionsSession implements GroupSession {
  readonly #wire: Wire;
  readonly #env: BackendEnv;
  readonly #partitions: readonly TopicPartition[];
  readonly #listener: GroupListener;
  readonly #ownership = new Ownership();
  readonly #coordinator: Coordinator | undefined;
  readonly #reading: Reading;
  readonly #commits: Commits | undefined;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(
    deps: GroupSessionDeps,
    options: GroupOptions,
    partitions: readonly TopicPartition[],
    listener: GroupListener,
  ) {
    const { wire, env } = deps;
    const { group } = options;
    const ownership = this.#ownership;
    this.#wire = wire;
    this.#env = env;
    this.#partitions = partitions;
    this.#listener = listener;
    if (group !== null) {
      const trouble = (error: PartitaError) => listener.failed(error);
      const coordinator = new Coordinator({ wire, env, group, trouble });
      this.#coordinator = coordinator;
      this.#commits = new Commits({
        env,
        group,
        coordinator,
        ownership,
        instanceId: undefined,
        identity: () => nobody,
        told: () => false,
      });
    }
    const died = (error: PartitaError) => this.#die(error);
    const coordinator = this.#coordinator;
    const troubles = new Troubles(listener);
    this.#reading = new Reading({
      ...deps,
      options,
      listener,
      troubles,
      ownership,
      coordinator,
      died,
    });
    void this.#start();
  }

  /** Without a group there is nowhere to store anything: resolves and does nothing. */
  commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    return this.#commits?.commit(commits) ?? Promise.resolve([]);
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#reading.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#reading.resume(partitions);
  }

  seek(partition: TopicPartition, position: Position): void {
    this.#reading.seek(partition, position);
  }

  /** There is no group to join. */
  requestRejoin(): void {}

  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#commits?.close();
    await this.#reading.close();
    this.#coordinator?.close();
  }

  /** Never rejects. */
  async #start(): Promise<void> {
    const { signal } = this.#closing;
    const env = this.#env;
    const trouble = (error: PartitaError) => this.#listener.failed(error);
    const names = this.#partitions.map(({ topic }) => topic);
    const topics = new SubscribedTopics(this.#wire, env, { kind: 'topics', topics: names });
    try {
      const metadata = await topics.load({ env, signal, trouble });
      for (const { topic, partition } of this.#partitions) {
        const count = metadata.topics.get(topic)?.partitions.length ?? 0;
        if (partition < 0 || partition >= count) throw unknownPartition(topic, partition, count);
      }
      this.#ownership.add(this.#partitions, EPOCH);
      if (this.#partitions.length === 0) this.#listener.assigned([]);
      this.#reading.open(this.#partitions, EPOCH);
    } catch (error) {
      if (!signal.aborted) this.#die(asPartitaError('The session', error));
    }
  }

  #die(error: PartitaError): void {
    const lost = this.#ownership.list();
    this.#ownership.delete(lost);
    const known = this.#reading.drop(lost);
    if (known.length > 0) this.#listener.lost(known);
    this.#listener.failed(error);
  }
}

function unknownPartition(topic: string, partition: number, count: number): PartitaError {
  return new PartitaError(
    'UNKNOWN_PARTITION',
    `Topic ${topic} has no partition ${partition}, only 0 to ${count - 1}. Choose another, or add partitions.`,
    { topic, partition },
  );
}
