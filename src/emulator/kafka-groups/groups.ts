import type { Clock } from '../../core/index.ts';
import {
  errorCode,
  type JoinGroupRequest,
  type JoinGroupResponse,
  type OffsetCommitRequest,
} from '../../protocol/index.ts';
import type { Journal } from '../journal.ts';
import { Group } from './group.ts';
import { notJoined } from './group-answers.ts';
import type { GroupClient } from './group-member.ts';
import { restoreOffsets } from './group-offsets.ts';
import { joinGroup } from './joining.ts';

/** From this version of OffsetCommit on a group that is unknown is said to be. */
const NOT_FOUND_FROM = 9;

export interface GroupsOptions {
  readonly clock: Clock;
  /** How long the first members of an empty group wait for more. */
  readonly initialRebalanceDelayMs: number;
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** Where committed offsets are kept. @default nothing outlives the process */
  readonly journal?: Journal;
}

/** The coordinator of all groups. */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: GroupsOptions) {
    this.#options = options;
    if (options.journal !== undefined)
      restoreOffsets(options.journal, (group) => this.#getOrCreate(group).offsets);
  }

  get all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  get(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  join(
    request: JoinGroupRequest,
    version: number,
    client: GroupClient,
  ): JoinGroupResponse | Promise<JoinGroupResponse> {
    const { groupId, memberId, sessionTimeoutMs } = request;
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#options;
    if (groupId === '') return notJoined(errorCode.INVALID_GROUP_ID, memberId);
    if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs)
      return notJoined(errorCode.INVALID_SESSION_TIMEOUT, memberId);
    if (memberId !== '' && !this.#groups.has(groupId))
      return notJoined(errorCode.UNKNOWN_MEMBER_ID, memberId);
    return joinGroup(this.#getOrCreate(groupId), request, version, client);
  }

  /** The group a commit goes to, or why it goes nowhere. A group without members takes commits from anybody who claims none. */
  groupForCommit(request: OffsetCommitRequest, version: number): Group | number {
    const { groupId, generationId, memberId, groupInstanceId = null } = request;
    const group = this.#groups.get(groupId);
    const anonymous = generationId < 0 && memberId === '' && groupInstanceId === null;
    if (group === undefined)
      return generationId < 0
        ? this.#getOrCreate(groupId)
        : version < NOT_FOUND_FROM
          ? errorCode.ILLEGAL_GENERATION
          : errorCode.GROUP_ID_NOT_FOUND;
    if (generationId < 0 && group.members.size === 0) return group;
    if (anonymous) return errorCode.UNKNOWN_MEMBER_ID;
    const problem = group.generationProblem(request);
    if (problem !== errorCode.NONE) return problem;
    group.touch(memberId);
    return group.state === 'CompletingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : group;
  }

  /** As `groupForCommit`, inside a transaction: clients from before KIP-447 name no member, and the transaction is enough. */
  groupForTransaction(request: OffsetCommitRequest): Group | number {
    const { groupId, generationId, memberId, groupInstanceId = null } = request;
    if (groupId === '') return errorCode.INVALID_GROUP_ID;
    const anonymous = generationId < 0 && memberId === '' && groupInstanceId === null;
    const group = this.#groups.get(groupId);
    if (anonymous) return group ?? this.#getOrCreate(groupId);
    return group?.generationProblem(request) || (group ?? errorCode.ILLEGAL_GENERATION);
  }

  /** Returns the error, or 0. */
  delete(id: string): number {
    const group = this.#groups.get(id);
    if (group === undefined) return errorCode.GROUP_ID_NOT_FOUND;
    if (group.state !== 'Empty') return errorCode.NON_EMPTY_GROUP;
    group.close();
    group.offsets.deleteAll();
    this.#groups.delete(id);
    return errorCode.NONE;
  }

  /** A topic is gone, and with it what was committed for it. */
  forgetTopic(topic: string): void {
    for (const { offsets } of this.#groups.values()) offsets.deleteTopic(topic);
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
  }

  #getOrCreate(id: string): Group {
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    const group = new Group(id, this.#options.clock, this.#options.initialRebalanceDelayMs);
    if (this.#options.journal !== undefined) group.offsets.keepIn(this.#options.journal, id);
    this.#groups.set(id, group);
    return group;
  }
}
