import type { Cancel, Clock } from '../../../src/core/index.ts';
import {
  type DescribedGroup,
  errorCode,
  type HeartbeatRequest,
  type JoinGroupProtocol,
  type JoinGroupRequest,
  type JoinGroupResponse,
  type LeaveGroupRequest,
  type OffsetCommitRequest,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from '../../../src/protocol/index.ts';

type Respond<Response> = (response: Response) => void;

interface SimMember {
  id: string;
  readonly instanceId: string | null;
  protocols: readonly JoinGroupProtocol[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  assignment: Buffer;
  join?: Respond<JoinGroupResponse> | undefined;
  sync?: Respond<SyncGroupResponse> | undefined;
  session?: Cancel | undefined;
}

interface Named {
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId?: string | null;
}

const NOTHING = Buffer.alloc(0);

/** One group on its coordinator, by the rules of Kafka's `ClassicGroup`: join barrier, generations, sessions, static members. */
export class SimGroup {
  phase: 'empty' | 'preparing' | 'completing' | 'stable' = 'empty';
  generation = 0;
  readonly members = new Map<string, SimMember>();
  /** `topic-partition` → what was committed last. */
  readonly offsets = new Map<string, { offset: number; metadata: string }>();
  readonly #clock: Clock;
  readonly #static = new Map<string, string>();
  readonly #pending = new Set<string>();
  #ids = 0;
  #leader = '';
  #protocol = '';
  #timer: Cancel | undefined;
  #saved:
    | { generation: number; leader: string; protocol: string; members: SimMember[] }
    | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The coordinator is dead: nothing expires until another one takes over. */
  stop(): void {
    for (const member of this.members.values()) member.session?.();
    this.#timer?.();
  }

  /** Another broker takes over with what was written to the log; whoever waits has to ask there. */
  reload(): void {
    for (const member of this.members.values()) {
      member.session?.();
      member.join?.(refused(errorCode.NOT_COORDINATOR, member.id));
      member.sync?.(unsynced(errorCode.NOT_COORDINATOR));
    }
    this.#timer?.();
    this.members.clear();
    this.#static.clear();
    this.#pending.clear();
    this.phase = this.#saved === undefined ? 'empty' : 'stable';
    this.generation = this.#saved?.generation ?? 0;
    this.#leader = this.#saved?.leader ?? '';
    this.#protocol = this.#saved?.protocol ?? '';
    for (const saved of this.#saved?.members ?? []) {
      const member = { ...saved, join: undefined, sync: undefined, session: undefined };
      this.members.set(member.id, member);
      if (member.instanceId !== null) this.#static.set(member.instanceId, member.id);
      this.#touch(member);
    }
  }

  async join(request: JoinGroupRequest): Promise<JoinGroupResponse> {
    const { memberId, groupInstanceId: instanceId = null } = request;
    if (!this.#compatible(request, memberId))
      return refused(errorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
    if (memberId === '' && instanceId === null) {
      const id = `m${++this.#ids}`;
      this.#pending.add(id);
      return refused(errorCode.MEMBER_ID_REQUIRED, id);
    }
    if (memberId === '' && instanceId !== null && this.#static.has(instanceId))
      return this.#replaceStatic(instanceId, request);
    const fenced = this.#fenced(memberId, instanceId);
    if (fenced !== undefined && memberId !== '') return refused(fenced, memberId);
    const member = this.members.get(memberId);
    if (member !== undefined) return this.#rejoin(member, request);
    if (memberId !== '' && !this.#pending.delete(memberId))
      return refused(errorCode.UNKNOWN_MEMBER_ID, memberId);
    const id = memberId === '' ? `${instanceId}-${++this.#ids}` : memberId;
    const fresh = this.#add(id, instanceId, request);
    return this.#park(fresh);
  }

  async sync(request: SyncGroupRequest): Promise<SyncGroupResponse> {
    const code = this.check(request);
    const member = this.members.get(request.memberId);
    if (code !== errorCode.NONE || member === undefined) return unsynced(code);
    this.#touch(member);
    if (this.phase === 'preparing') return unsynced(errorCode.REBALANCE_IN_PROGRESS);
    if (this.phase === 'stable') return synced(member.assignment);
    const answer = new Promise<SyncGroupResponse>((resolve) => {
      member.sync = resolve;
    });
    if (member.id === this.#leader) this.#share(request);
    return answer;
  }

  #share(request: SyncGroupRequest): void {
    for (const { memberId, assignment } of request.assignments) {
      const receiver = this.members.get(memberId);
      if (receiver !== undefined) receiver.assignment = assignment;
    }
    this.#timer?.();
    this.phase = 'stable';
    this.#saved = {
      generation: this.generation,
      leader: this.#leader,
      protocol: this.#protocol,
      members: [...this.members.values()].map((each) => ({ ...each })),
    };
    for (const each of this.members.values()) {
      each.sync?.(synced(each.assignment));
      each.sync = undefined;
      this.#touch(each);
    }
  }

  heartbeat(request: HeartbeatRequest): number {
    const code = this.check(request);
    if (code !== errorCode.NONE) return code;
    const member = this.members.get(request.memberId);
    if (member !== undefined) this.#touch(member);
    return this.phase === 'preparing' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  leave({ members }: LeaveGroupRequest): void {
    for (const { memberId } of members) this.#remove(memberId);
  }

  commit(request: OffsetCommitRequest): number {
    const outside = request.generationId < 0 && this.members.size === 0;
    const code = outside ? errorCode.NONE : this.check(request);
    if (code !== errorCode.NONE) return code;
    if (this.phase === 'completing') return errorCode.REBALANCE_IN_PROGRESS;
    for (const { topic, partitions } of request.topics)
      for (const { partition, offset, metadata } of partitions)
        this.offsets.set(`${topic}-${partition}`, { offset, metadata: metadata ?? '' });
    return errorCode.NONE;
  }

  describe(): DescribedGroup {
    const members = [...this.members.values()].map(({ id, instanceId, assignment }) => ({
      memberId: id,
      groupInstanceId: instanceId,
      clientId: '',
      clientHost: '',
      metadata: NOTHING,
      assignment,
    }));
    const state = this.phase === 'stable' ? 'Stable' : 'PreparingRebalance';
    const protocol = this.#protocol;
    return { errorCode: 0, groupId: 'g', state, protocolType: 'consumer', protocol, members };
  }

  /** Is this who the group knows, in the generation it is in? */
  check({ memberId, generationId, groupInstanceId = null }: Named): number {
    const fenced = this.#fenced(memberId, groupInstanceId);
    if (fenced !== undefined) return fenced;
    if (!this.members.has(memberId)) return errorCode.UNKNOWN_MEMBER_ID;
    return generationId === this.generation ? errorCode.NONE : errorCode.ILLEGAL_GENERATION;
  }

  #fenced(memberId: string, instanceId: string | null): number | undefined {
    if (instanceId === null) return undefined;
    const known = this.#static.get(instanceId);
    if (known === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    return known === memberId ? undefined : errorCode.FENCED_INSTANCE_ID;
  }

  #compatible({ protocols }: JoinGroupRequest, memberId: string): boolean {
    const others = [...this.members.values()].filter(({ id }) => id !== memberId);
    return protocols.some(({ name }) =>
      others.every((other) => other.protocols.some((each) => each.name === name)),
    );
  }

  #add(id: string, instanceId: string | null, request: JoinGroupRequest): SimMember {
    const { protocols, sessionTimeoutMs, rebalanceTimeoutMs } = request;
    const assignment = NOTHING;
    const member = { id, instanceId, protocols, sessionTimeoutMs, rebalanceTimeoutMs, assignment };
    this.members.set(id, member);
    if (instanceId !== null) this.#static.set(instanceId, id);
    this.#touch(member);
    return member;
  }

  /** The newcomer takes over at once; who had the name before is fenced. */
  #replaceStatic(
    instanceId: string,
    request: JoinGroupRequest,
  ): JoinGroupResponse | Promise<JoinGroupResponse> {
    const old = this.members.get(this.#static.get(instanceId) ?? '');
    if (old === undefined) throw new Error(`static member ${instanceId} is missing`);
    old.session?.();
    old.join?.(refused(errorCode.FENCED_INSTANCE_ID, old.id));
    old.sync?.(unsynced(errorCode.FENCED_INSTANCE_ID));
    this.members.delete(old.id);
    const member = this.#add(`${instanceId}-${++this.#ids}`, instanceId, request);
    member.assignment = old.assignment;
    if (this.#leader === old.id) this.#leader = member.id;
    if (this.phase === 'stable') {
      if (this.#saved !== undefined)
        this.#saved = { ...this.#saved, leader: this.#leader, members: [...this.members.values()] };
      return this.#joined(member, true);
    }
    return this.#park(member);
  }

  #rejoin(
    member: SimMember,
    request: JoinGroupRequest,
  ): JoinGroupResponse | Promise<JoinGroupResponse> {
    const same = sameProtocols(member.protocols, request.protocols);
    member.protocols = request.protocols;
    this.#touch(member);
    if (this.phase === 'completing' && same) return this.#joined(member, false);
    if (this.phase === 'stable' && same && member.id !== this.#leader)
      return this.#joined(member, false);
    member.join?.(refused(errorCode.REBALANCE_IN_PROGRESS, member.id));
    return this.#park(member);
  }

  /** Answered when everybody has come. */
  #park(member: SimMember): Promise<JoinGroupResponse> {
    const answer = new Promise<JoinGroupResponse>((resolve) => {
      member.join = resolve;
    });
    if (this.phase === 'preparing') this.#completeIfAllJoined();
    else this.#prepare();
    return answer;
  }

  #prepare(): void {
    for (const member of this.members.values()) {
      member.sync?.(unsynced(errorCode.REBALANCE_IN_PROGRESS));
      member.sync = undefined;
    }
    this.#timer?.();
    this.phase = 'preparing';
    const timeouts = [...this.members.values()].map(({ rebalanceTimeoutMs: ms }) => ms);
    this.#timer = this.#clock.schedule(Math.max(...timeouts), () => this.#complete());
    this.#completeIfAllJoined();
  }

  #completeIfAllJoined(): void {
    if ([...this.members.values()].every(({ join }) => join !== undefined)) this.#complete();
  }

  #complete(): void {
    this.#timer?.();
    for (const member of [...this.members.values()])
      if (member.join === undefined && member.instanceId === null) this.#forget(member);
    const joined = [...this.members.values()].filter(({ join }) => join !== undefined);
    if (joined.length === 0 && this.members.size > 0) {
      // Static members may take their time until their session is over.
      this.#timer = this.#clock.schedule(1_000, () => this.#complete());
      return;
    }
    if (joined.length === 0) {
      this.phase = 'empty';
      this.generation++;
      this.#saved = undefined;
      return;
    }
    this.generation++;
    this.phase = 'completing';
    if (!joined.some(({ id }) => id === this.#leader)) this.#leader = joined[0]?.id ?? '';
    const [first] = joined;
    this.#protocol =
      first?.protocols.find(({ name }) =>
        [...this.members.values()].every((each) => each.protocols.some((p) => p.name === name)),
      )?.name ?? '';
    for (const member of this.members.values()) {
      const respond = member.join;
      member.join = undefined;
      member.assignment = NOTHING;
      this.#touch(member);
      respond?.(this.#joined(member, false));
    }
    const longest = Math.max(...joined.map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs));
    this.#timer = this.#clock.schedule(longest, () => {
      for (const member of [...this.members.values()])
        if (member.sync === undefined) this.#forget(member);
      if (this.members.size > 0) this.#prepare();
      else this.#complete();
    });
  }

  #joined(member: SimMember, skipAssignment: boolean): JoinGroupResponse {
    const leads = member.id === this.#leader;
    const listed = [...this.members.values()].map(({ id, instanceId, protocols }) => ({
      memberId: id,
      groupInstanceId: instanceId,
      metadata: protocols.find(({ name }) => name === this.#protocol)?.metadata ?? NOTHING,
    }));
    return {
      ...refused(errorCode.NONE, member.id),
      generationId: this.generation,
      protocolName: this.#protocol,
      leader: this.#leader,
      skipAssignment: leads && skipAssignment,
      members: leads ? listed : [],
    };
  }

  #touch(member: SimMember): void {
    member.session?.();
    member.session = this.#clock.schedule(member.sessionTimeoutMs, () => {
      // Whoever waits for the barrier is alive.
      if (member.join !== undefined) this.#touch(member);
      else this.#remove(member.id);
    });
  }

  #remove(id: string): void {
    this.#pending.delete(id);
    const member = this.members.get(id);
    if (member === undefined) return;
    this.#forget(member);
    if (this.phase === 'preparing') this.#completeIfAllJoined();
    else if (this.members.size > 0) this.#prepare();
    else this.#complete();
  }

  #forget(member: SimMember): void {
    member.session?.();
    member.join?.(refused(errorCode.UNKNOWN_MEMBER_ID, member.id));
    member.sync?.(unsynced(errorCode.UNKNOWN_MEMBER_ID));
    this.members.delete(member.id);
    if (member.instanceId !== null) this.#static.delete(member.instanceId);
  }
}

function sameProtocols(a: readonly JoinGroupProtocol[], b: readonly JoinGroupProtocol[]): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ name, metadata }, i) => {
    const other = b[i];
    return other?.name === name && other.metadata.equals(metadata);
  });
}

function refused(code: number, memberId: string): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    generationId: -1,
    protocolType: 'consumer',
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

function unsynced(code: number): SyncGroupResponse {
  return { ...synced(NOTHING), errorCode: code };
}

function synced(assignment: Buffer): SyncGroupResponse {
  return { throttleTimeMs: 0, errorCode: 0, protocolType: null, protocolName: null, assignment };
}
