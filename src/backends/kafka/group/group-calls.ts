import {
  heartbeatApi,
  type JoinGroupProtocol,
  type JoinGroupResponse,
  joinGroupApi,
  leaveGroupApi,
  type SyncGroupAssignment,
  type SyncGroupResponse,
  syncGroupApi,
} from '../../../protocol/index.ts';
import type { Coordinator } from './coordinator.ts';
import type { MemberIdentity } from './member-identity.ts';
import type { MemberDeps } from './member-options.ts';

const PROTOCOL_TYPE = 'consumer';
/** Beyond the time for which the coordinator may park a request. As in Java's `JoinGroup`. */
const PARKED_MARGIN_MS = 5_000;

const codeOf = (response: { readonly errorCode: number }): number => response.errorCode;

/** The membership requests of one member, each on the link where it disturbs no other. */
export class GroupCalls {
  readonly #group: string;
  readonly #coordinator: Coordinator;
  readonly #options: MemberDeps['options'];

  constructor({ group, coordinator, options }: MemberDeps) {
    this.#group = group;
    this.#coordinator = coordinator;
    this.#options = options;
  }

  /** Answered when all members have come, or the rebalance time-out is over. */
  join(
    describe: () => {
      readonly memberId: string;
      readonly protocols: readonly JoinGroupProtocol[];
      readonly reason: string;
    },
    signal: AbortSignal,
  ): Promise<JoinGroupResponse | null> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    return this.#coordinator.call({
      purpose: 'join',
      api: joinGroupApi,
      request: () => ({
        ...this.#name(),
        ...describe(),
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocolType: PROTOCOL_TYPE,
      }),
      codeOf,
      timeoutMs: rebalanceTimeoutMs + PARKED_MARGIN_MS,
      signal,
    });
  }

  /** Answered when the leader has sent its plan. */
  sync(
    identity: MemberIdentity,
    protocolName: string | null,
    assignments: readonly SyncGroupAssignment[],
    signal: AbortSignal,
  ): Promise<SyncGroupResponse | null> {
    const request = {
      ...this.#name(),
      memberId: identity.memberId,
      generationId: identity.generation,
      protocolType: PROTOCOL_TYPE,
      protocolName,
      assignments,
    };
    return this.#coordinator.call({
      purpose: 'join',
      api: syncGroupApi,
      request: () => request,
      codeOf,
      timeoutMs: this.#options.rebalanceTimeoutMs + PARKED_MARGIN_MS,
      signal,
    });
  }

  /** @param current who we are at the moment; `null` when there is nothing to say */
  async heartbeat(
    current: () => MemberIdentity | null,
    signal: AbortSignal,
  ): Promise<{ readonly code: number; readonly sentAs: MemberIdentity } | null> {
    const { heartbeatIntervalMs, sessionTimeoutMs } = this.#options;
    const sent: { as: MemberIdentity | null } = { as: null };
    const answer = await this.#coordinator.call({
      purpose: 'heartbeat',
      api: heartbeatApi,
      request: () => {
        sent.as = current();
        if (sent.as === null) return null;
        const { memberId, generation } = sent.as;
        return { ...this.#name(), memberId, generationId: generation };
      },
      codeOf,
      // A dead peer is to be noticed while there is time for a second try.
      timeoutMs: Math.max(heartbeatIntervalMs, sessionTimeoutMs / 3),
      signal,
    });
    return answer && sent.as && { code: answer.errorCode, sentAs: sent.as };
  }

  /** On the heartbeats' link, because a JoinGroup may be parked on the other. */
  async leave(
    memberId: string,
    reason: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#coordinator.call({
      purpose: 'heartbeat',
      api: leaveGroupApi,
      request: () => ({ groupId: this.#group, members: [{ memberId, reason }] }),
      codeOf,
      timeoutMs,
      signal,
    });
  }

  #name(): { readonly groupId: string; readonly groupInstanceId: string | null } {
    return { groupId: this.#group, groupInstanceId: this.#options.instanceId ?? null };
  }
}
