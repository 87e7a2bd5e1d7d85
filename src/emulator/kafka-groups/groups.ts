import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  errorCode,
  type JoinGroupRequest,
  type JoinGroupResponse,
} from '../../protocol/index.ts';
import type { Journal } from '../journal.ts';
import type { Topics } from '../kafka-log/topics.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { Group } from './group.ts';
import { notJoined } from './group-answers.ts';
import type { GroupClient } from './group-member.ts';
import { GroupOffsets, restoreOffsets } from './group-offsets.ts';
import { heartbeatRefused } from './heartbeat-answers.ts';
import { heartbeatProblem } from './heartbeat-check.ts';
import { joinGroup } from './joining.ts';

export interface GroupsOptions {
  readonly clock: Clock;
  /** How long the first members of an empty group wait for more. */
  readonly initialRebalanceDelayMs: number;
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** @default unlimited */
  readonly maxGroupSize?: number;
  /** Of members whose partitions the coordinator shares out. @default 45_000 */
  readonly consumerSessionTimeoutMs?: number;
  /** @default 500 */
  readonly consumerHeartbeatIntervalMs?: number;
  /** @default 0 */
  readonly consumerAssignmentIntervalMs?: number;
  /** What a group has committed is kept so long after its last member has left. @default for ever */
  readonly offsetsRetentionMs?: number;
  /** Where committed offsets are kept. @default nothing outlives the process */
  readonly journal?: Journal;
}

/** A group of either protocol. */
export type AnyGroup = Group | ConsumerGroup;

/** The coordinator of all groups. */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #groups = new Map<string, AnyGroup>();

  constructor(options: GroupsOptions) {
    this.#options = options;
    if (options.journal === undefined) return;
    restoreOffsets(options.journal, (id) => {
      const group = this.#groups.get(id) ?? this.#newClassic(id);
      // Who was in it is not known any more: it counts as left now, or a restart would cost it what it has committed.
      group.emptySinceMs = options.clock.now();
      return group.offsets;
    });
  }

  get all(): readonly AnyGroup[] {
    for (const group of [...this.#groups.values()]) this.#expire(group);
    return [...this.#groups.values()];
  }

  /** Of either protocol. */
  find(id: string): AnyGroup | undefined {
    const group = this.#groups.get(id);
    if (group !== undefined) this.#expire(group);
    return this.#groups.get(id);
  }

  /** Of the classic protocol. */
  get(id: string): Group | undefined {
    const group = this.find(id);
    return group?.type === 'classic' ? group : undefined;
  }

  /** Of the consumer protocol (KIP-848). */
  consumerGroup(id: string): ConsumerGroup | undefined {
    const group = this.find(id);
    return group?.type === 'consumer' ? group : undefined;
  }

  join(
    request: JoinGroupRequest,
    version: number,
    client: GroupClient,
  ): JoinGroupResponse | Promise<JoinGroupResponse> {
    const { groupId, memberId, sessionTimeoutMs } = request;
    const { minSessionTimeoutMs, maxSessionTimeoutMs, maxGroupSize } = this.#options;
    if (groupId === '') return notJoined(errorCode.INVALID_GROUP_ID, memberId);
    if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs)
      return notJoined(errorCode.INVALID_SESSION_TIMEOUT, memberId);
    const known = this.find(groupId);
    if (known?.type === 'consumer' && known.members.size > 0)
      return notJoined(errorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
    if (memberId !== '' && known?.type !== 'classic')
      return notJoined(errorCode.UNKNOWN_MEMBER_ID, memberId);
    const group = known?.type === 'classic' ? known : this.#newClassic(groupId, known);
    return joinGroup(group, request, version, client, maxGroupSize);
  }

  /** The one request of members whose partitions the coordinator shares out. */
  heartbeat(
    request: ConsumerGroupHeartbeatRequest,
    version: number,
    client: GroupClient,
    topics: Topics,
  ): ConsumerGroupHeartbeatResponse {
    const problem = heartbeatProblem(request, version);
    if (problem !== undefined) return heartbeatRefused(problem);
    const { groupId, memberEpoch } = request;
    const known = this.find(groupId);
    const isFree = known === undefined || (known.type === 'classic' && known.members.size === 0);
    if (known?.type !== 'consumer' && (memberEpoch !== 0 || !isFree))
      return heartbeatRefused([
        errorCode.GROUP_ID_NOT_FOUND,
        `There is no consumer group ${groupId} of this protocol.`,
      ]);
    const group = known?.type === 'consumer' ? known : this.#newConsumer(groupId, topics, known);
    const memberId = request.memberId === '' ? randomUUID() : request.memberId;
    return group.heartbeat({ ...request, memberId }, client);
  }

  getOrCreate(id: string): AnyGroup {
    return this.find(id) ?? this.#newClassic(id);
  }

  /** Returns the error, or 0. */
  delete(id: string): number {
    const group = this.find(id);
    if (group === undefined) return errorCode.GROUP_ID_NOT_FOUND;
    if (group.members.size > 0 || group.state !== 'Empty') return errorCode.NON_EMPTY_GROUP;
    this.#forget(group);
    return errorCode.NONE;
  }

  /** A topic is gone, and with it what was committed for it. */
  forgetTopic(topic: string): void {
    for (const { offsets } of this.#groups.values()) offsets.deleteTopic(topic);
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
  }

  /** Nobody is in the group any more: what it committed counts for a while, and then the group is forgotten as well. */
  #expire(group: AnyGroup): void {
    const { clock, offsetsRetentionMs = Number.POSITIVE_INFINITY } = this.#options;
    if (offsetsRetentionMs === Number.POSITIVE_INFINITY || group.state !== 'Empty') return;
    const before = clock.now() - offsetsRetentionMs;
    const { emptySinceMs = Number.NEGATIVE_INFINITY, offsets } = group;
    if (emptySinceMs > before) return;
    const had = !offsets.isEmpty;
    offsets.expire(before);
    if (offsets.isEmpty && (had || group.emptySinceMs !== undefined)) this.#forget(group);
  }

  #forget(group: AnyGroup): void {
    group.close();
    group.offsets.deleteAll();
    this.#groups.delete(group.id);
  }

  /** `before`: a group without members that becomes one of the other protocol; what it has committed stays. */
  #newClassic(id: string, before?: AnyGroup): Group {
    const { clock, initialRebalanceDelayMs } = this.#options;
    const offsets = before?.offsets ?? this.#newOffsets(id);
    const group = new Group(id, clock, initialRebalanceDelayMs, offsets);
    this.#groups.set(id, group);
    return group;
  }

  #newConsumer(id: string, topics: Topics, before?: AnyGroup): ConsumerGroup {
    const options = this.#options;
    before?.close();
    const group = new ConsumerGroup(id, before?.offsets ?? this.#newOffsets(id), topics, {
      clock: options.clock,
      sessionTimeoutMs: options.consumerSessionTimeoutMs ?? 45_000,
      heartbeatIntervalMs: options.consumerHeartbeatIntervalMs ?? 500,
      assignmentIntervalMs: options.consumerAssignmentIntervalMs ?? 0,
      maxSize: options.maxGroupSize ?? Number.POSITIVE_INFINITY,
    });
    this.#groups.set(id, group);
    return group;
  }

  #newOffsets(id: string): GroupOffsets {
    const offsets = new GroupOffsets();
    if (this.#options.journal !== undefined) offsets.keepIn(this.#options.journal, id);
    return offsets;
  }
}
