import {
  type CommitFailure,
  type GroupListener,
  type GroupOptions,
  type GroupSession,
  InvalidConfigError,
  type PartitaError,
  type PartitionCommit,
  type Position,
  type Subscription,
  type TopicPartition,
} from '../../../core/index.ts';
import { Commits } from './commits.ts';
import { Coordinator } from './coordinator.ts';
import { Member } from './member.ts';
import type { MemberEvents } from './member-options.ts';
import { Ownership } from './ownership.ts';
import { Reading } from './reading.ts';
import type { GroupSessionDeps } from './session-deps.ts';
import { SubscribedTopics } from './subscribed-topics.ts';
import { Troubles } from './troubles.ts';

const METADATA_REFRESH_MS = 30_000;

export type SharedSubscription = Exclude<Subscription, { kind: 'partitions' }>;

/** A share of the topics, as a member of the group: membership, commits and reading, joined by one ownership. */
export class MemberSession implements GroupSession {
  readonly #coordinator: Coordinator;
  readonly #member: Member;
  readonly #reading: Reading;
  readonly #commits: Commits;
  #closing: Promise<void> | undefined;

  /** @throws InvalidConfigError without a group or an assignor */
  constructor(
    deps: GroupSessionDeps,
    options: GroupOptions,
    subscription: SharedSubscription,
    listener: GroupListener,
  ) {
    const { wire, env, metadataRefreshMs = METADATA_REFRESH_MS } = deps;
    const group = checkedGroup(options);
    const ownership = new Ownership();
    const troubles = new Troubles(listener);
    const trouble = (error: PartitaError) => troubles.failed('group', error);
    const coordinator = new Coordinator({ wire, env, group, trouble });
    const member = new Member({
      wire,
      env,
      group,
      options,
      coordinator,
      ownership,
      metadataRefreshMs,
      events: this.#events(listener, troubles),
      topics: new SubscribedTopics(wire, env, subscription),
    });
    const died = member.fail.bind(member);
    this.#reading = new Reading({
      ...deps,
      options,
      listener,
      troubles,
      ownership,
      coordinator,
      died,
    });
    this.#commits = new Commits({
      env,
      group,
      coordinator,
      ownership,
      instanceId: options.instanceId,
      identity: () => (member.phase === 'syncing' ? null : member.identity),
      told(code, sentAs) {
        member.told(code, sentAs);
        return true;
      },
    });
    this.#coordinator = coordinator;
    this.#member = member;
    member.start();
  }

  commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    return this.#commits.commit(commits);
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

  requestRejoin(reason: string): void {
    this.#member.requestRejoin(reason);
  }

  close({ leave = false }: { readonly leave?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(leave);
    return this.#closing;
  }

  async #close(leave: boolean): Promise<void> {
    this.#commits.close();
    await Promise.all([this.#reading.close(), this.#member.close(leave)]);
    this.#coordinator.close();
  }

  #events(listener: GroupListener, troubles: Troubles): MemberEvents {
    return {
      assigned: (added, generation) => {
        this.#commits.wake();
        if (added.length === 0) listener.assigned([]);
        else this.#reading.open(added, generation);
      },
      revoked: async (removed, deadlineMs) => {
        const known = this.#reading.drop(removed);
        // Those that the engine was never told of are not its business.
        if (known.length > 0) await listener.revoked(known, deadlineMs);
      },
      lost: (removed) => {
        const known = this.#reading.drop(removed);
        if (known.length > 0) listener.lost(known);
      },
      trouble: (error) => troubles.failed('group', error),
      healthy: () => troubles.works('group'),
      died: (error) => listener.failed(error),
      membership: (state) => listener.membership?.(state),
    };
  }
}

function checkedGroup({ group, assignors }: GroupOptions): string {
  const problems: string[] = [];
  if (!group) problems.push('group is missing; only chosen partitions can be read without one');
  if (assignors.length === 0) problems.push('assignors is empty, expected at least one');
  if (!group || problems.length > 0) throw new InvalidConfigError('group options', problems);
  return group;
}
