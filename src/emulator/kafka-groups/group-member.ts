import type { Cancel } from '../../core/index.ts';
import type {
  JoinGroupProtocol,
  JoinGroupResponse,
  SyncGroupResponse,
} from '../../protocol/index.ts';

/** Who sent a request. */
export interface GroupClient {
  readonly clientId: string;
  readonly clientHost: string;
}

const NOTHING = Buffer.alloc(0);

/** One member of a group as its coordinator knows it. */
export interface GroupMember {
  readonly id: string;
  readonly instanceId: string | null;
  readonly client: GroupClient;
  protocols: readonly JoinGroupProtocol[];
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  assignment: Buffer;
  /** Answers its JoinGroup, which waits for the others. */
  join: ((response: JoinGroupResponse) => void) | undefined;
  /** Answers its SyncGroup, which waits for the leader. */
  sync: ((response: SyncGroupResponse) => void) | undefined;
  cancelSession: Cancel;
}

export type MemberOptions = Pick<
  GroupMember,
  'id' | 'instanceId' | 'client' | 'protocols' | 'sessionTimeoutMs' | 'rebalanceTimeoutMs'
>;

export function newMember(options: MemberOptions): GroupMember {
  return {
    ...options,
    assignment: NOTHING,
    join: undefined,
    sync: undefined,
    cancelSession: () => {},
  };
}

export function metadataOf(member: GroupMember, protocol: string): Buffer {
  return member.protocols.find(({ name }) => name === protocol)?.metadata ?? NOTHING;
}

export function sameProtocols(
  one: readonly JoinGroupProtocol[],
  other: readonly JoinGroupProtocol[],
): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ name, metadata }, at) => other[at]?.name === name && metadata.equals(other[at].metadata),
    )
  );
}

/** Protocols that every member offers. */
export function commonProtocols(members: readonly GroupMember[]): ReadonlySet<string> {
  const [first, ...others] = members;
  const names = first?.protocols.map(({ name }) => name) ?? [];
  return new Set(
    names.filter((name) =>
      others.every(({ protocols }) => protocols.some((protocol) => protocol.name === name)),
    ),
  );
}

/** The protocol most members like best of those all of them offer; there must be one (`ClassicGroup.selectProtocol`). */
export function chosenProtocol(members: readonly GroupMember[]): string {
  const common = commonProtocols(members);
  const votes = new Map<string, number>();
  for (const { protocols } of members) {
    const vote = protocols.find(({ name }) => common.has(name))?.name;
    if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
  }
  const [winner] = [...votes].sort(([, one], [, other]) => other - one);
  return winner?.[0] ?? '';
}
