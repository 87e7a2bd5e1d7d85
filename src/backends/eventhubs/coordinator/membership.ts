import {
  type Cancel,
  type Clock,
  type GroupSnapshot,
  type MemberEntry,
  type MemberRecord,
  PartitaError,
} from '../../../core/index.ts';
import type { StoreCalls } from './store-calls.ts';

export interface MembershipOptions {
  readonly calls: StoreCalls;
  readonly clock: Clock;
  /** This member, but for where it is written. */
  readonly describe: () => Omit<MemberEntry, 'topic'>;
  /** No heartbeat got through for as long as the others wait for one. */
  readonly expired: () => void;
  /** Another process has joined under our member id. */
  readonly fenced: () => void;
}

/**
 * Heartbeats, and how long the last one counts. The member is written below each of its topics, the first of which is
 * renewed with every heartbeat, the others when there is something new to say.
 *
 * The lease begins when the heartbeat is sent, by our clock; the others count from when it arrived, by the store's. So ours
 * is over first, however long the answer took and whatever the clocks say.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #etags = new Map<string, string>();
  readonly #written = new Map<string, string>();
  #leaseUntilMs = Number.NEGATIVE_INFINITY;
  #cancelExpiry: Cancel = () => {};
  #over = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** May we work on what we own? */
  get isLeased(): boolean {
    return this.#options.clock.now() < this.#leaseUntilMs;
  }

  /**
   * The first heartbeat. A record of our id is replaced: its process has ended, or is fenced with its next heartbeat.
   * Says whether that process may still be at work.
   */
  async join(snapshot: GroupSnapshot): Promise<boolean> {
    const { memberId, session } = this.#options.describe();
    const earlier = snapshot.members.filter((member) => member.memberId === memberId);
    for (const { topic, etag } of earlier) this.#etags.set(topic, etag);
    await this.beat();
    return earlier.some((member) => member.session !== session && mayBeAtWork(member, snapshot));
  }

  /** One heartbeat. Throws what the store throws. */
  async beat(): Promise<void> {
    const { clock, describe } = this.#options;
    const sentMs = clock.now();
    const member = describe();
    const [home, ...others] = Object.keys(member.topics).sort();
    if (home === undefined || this.#over) return;
    if (!(await this.#write({ ...member, topic: home }))) return;
    this.#extend(sentMs + member.sessionTimeoutMs);
    const text = JSON.stringify(member);
    for (const topic of others) {
      if (this.#written.get(topic) === text) continue;
      if (await this.#write({ ...member, topic })) this.#written.set(topic, text);
    }
  }

  /** No more heartbeats. With `leave` the records go; else `resting` says that nobody works under this id any more. */
  async end(how: 'leave' | 'rest' | 'vanish'): Promise<void> {
    this.#over = true;
    this.#leaseUntilMs = Number.NEGATIVE_INFINITY;
    this.#cancelExpiry();
    if (how === 'vanish') return;
    const { calls, describe } = this.#options;
    const member = describe();
    for (const [topic, etag] of this.#etags) {
      if (how === 'rest') await calls.putMember({ ...member, topic, session: '' }, etag);
      else await calls.removeMember({ topic, memberId: member.memberId }, etag);
    }
  }

  async #write(entry: MemberEntry): Promise<boolean> {
    const { calls } = this.#options;
    const known = this.#etags.get(entry.topic) ?? null;
    const stamp = (await calls.putMember(entry, known)) ?? (await this.#contested(entry));
    if (this.#over || stamp === null) return false;
    this.#etags.set(entry.topic, stamp.etag);
    return true;
  }

  /** The record is not as we left it: an answer of ours got lost, it was cleared away, or somebody else has our id. */
  async #contested(entry: MemberEntry): ReturnType<StoreCalls['putMember']> {
    const { calls, fenced } = this.#options;
    const { members } = await calls.load([entry.topic]);
    const found = members.find(({ memberId }) => memberId === entry.memberId);
    const isForeign = found !== undefined && found.session !== entry.session;
    if (isForeign && this.#etags.has(entry.topic)) {
      if (this.#over) return null;
      this.#over = true;
      this.#leaseUntilMs = Number.NEGATIVE_INFINITY;
      this.#cancelExpiry();
      fenced();
      return null;
    }
    const stamp = await calls.putMember(entry, found?.etag ?? null);
    if (stamp !== null) return stamp;
    throw new PartitaError(
      'UNAVAILABLE',
      `Member ${entry.memberId} is written by somebody else at the same time; its heartbeat is tried again`,
      { retriable: true },
    );
  }

  #extend(untilMs: number): void {
    const { clock, expired } = this.#options;
    if (this.#over) return;
    this.#leaseUntilMs = untilMs;
    this.#cancelExpiry();
    this.#cancelExpiry = clock.schedule(untilMs - clock.now(), () => {
      // After a pause the time shows it first, after a clock that was set back this timer does.
      this.#leaseUntilMs = Number.NEGATIVE_INFINITY;
      expired();
    });
  }
}

function mayBeAtWork(member: MemberRecord, { serverTimeMs }: GroupSnapshot): boolean {
  return member.session !== '' && serverTimeMs - member.modifiedMs <= member.sessionTimeoutMs;
}
