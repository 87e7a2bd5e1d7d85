import { PartitaError, sleep } from '../../../core/index.ts';
import { errorCode } from '../../../protocol/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { describeKafkaCode, kafkaError } from '../wire/kafka-error.ts';
import { asPartitaError } from './as-partita-error.ts';
import { findUnassigned } from './coverage.ts';
import { GroupCalls } from './group-calls.ts';
import { Heartbeats } from './heartbeats.ts';
import { type MemberIdentity, nobody } from './member-identity.ts';
import type { MemberDeps } from './member-options.ts';
import { type MemberPhase, MemberState } from './member-state.ts';
import { publish, type RoundDeps, rebalance } from './rebalance.ts';
import { TopicWatch } from './topic-watch.ts';

/** Closing must not take long when the coordinator is away; the session time-out tells the group as well. */
const LEAVE_TIMEOUT_MS = 2_000;

/**
 * A member of a consumer group: the classic protocol, eager and cooperative (KIP-429), with static membership (KIP-345).
 *
 * One loop goes through rounds (`rebalance.ts`) and waits in between. Heartbeats, commits and the topic watch run beside it
 * and tell it what they hear; being thrown out takes effect at once, in whatever step the loop is.
 *
 * A silent coordinator throws nobody out: partitions stay ours beyond the session time-out until a coordinator says otherwise,
 * as in Java, because the next one gives all members a new session. Should it not, commits are fenced by generation.
 */
export class Member {
  readonly #deps: RoundDeps;
  readonly #state = new MemberState();
  readonly #heartbeats: Heartbeats;
  readonly #watch: TopicWatch;
  readonly #closing = new AbortController();
  /** Calls off the round that is under way. */
  #round = new AbortController();

  constructor(deps: MemberDeps) {
    const { wire, env, topics, options, events } = deps;
    const state = this.#state;
    this.#deps = { ...deps, state, calls: new GroupCalls(deps) };
    this.#heartbeats = new Heartbeats(env.clock, options.heartbeatIntervalMs, () => this.#beat());
    this.#watch = new TopicWatch({
      wire,
      env,
      topics,
      intervalMs: deps.metadataRefreshMs,
      planned: () => state.watched,
      changed: (reason) => this.requestRejoin(reason),
      trouble: events.trouble,
    });
  }

  get identity(): MemberIdentity {
    return this.#state.identity;
  }

  get phase(): MemberPhase {
    return this.#state.phase;
  }

  /** Joining goes on in the background. */
  start(): void {
    void this.#run();
  }

  requestRejoin(reason: string): void {
    if (this.#state.phase !== 'closed') this.#state.wantRejoin(reason);
  }

  /** Takes in an error code that a heartbeat or a commit was answered. News of an identity we no longer have is none. */
  told(code: number, sentAs: MemberIdentity): void {
    const { phase } = this.#state;
    if (phase === 'closed' || !this.#state.is(sentAs)) return;
    switch (code) {
      case errorCode.FENCED_INSTANCE_ID:
        this.fail(kafkaError(code, `Member ${sentAs.memberId} of group ${this.#deps.group}`));
        break;
      case errorCode.REBALANCE_IN_PROGRESS:
        if (phase === 'stable') this.requestRejoin('the group is being rebalanced');
        break;
      case errorCode.UNKNOWN_MEMBER_ID:
      case errorCode.ILLEGAL_GENERATION:
        // While we join, the coordinator may be a generation ahead of us; the answer to the join says what holds.
        if (phase !== 'joining') this.#lose(code);
        break;
      default:
        break;
    }
  }

  /** Ends membership for a reason that no repetition heals; also for one that another part of the session found. */
  fail(error: PartitaError): void {
    if (this.#state.phase === 'closed') return;
    const { ownership, events, options } = this.#deps;
    const { memberId } = this.#state.identity;
    const lost = ownership.list();
    this.#end();
    ownership.delete(lost);
    if (lost.length > 0) events.lost(lost);
    events.died(error);
    publish(this.#deps, 'left');
    // Nobody else should wait for the session time-out of a member that is gone for good.
    if (memberId !== '' && options.instanceId === undefined)
      void this.#leave(memberId, `the consumer failed: ${error.code}`);
  }

  /** Ends membership without handing anything over. A static member never leaves: it comes back. */
  async close(leave: boolean): Promise<void> {
    if (this.#state.phase === 'closed') return;
    const { memberId } = this.#state.identity;
    const leaves = leave && memberId !== '' && this.#deps.options.instanceId === undefined;
    if (leaves) publish(this.#deps, 'leaving');
    this.#end();
    if (leaves) await this.#leave(memberId, 'the consumer closes');
    publish(this.#deps, 'left');
  }

  async #run(): Promise<void> {
    const { env, topics, events, options } = this.#deps;
    const { signal } = this.#closing;
    try {
      await topics.load({ env, signal, trouble: events.trouble });
      this.#heartbeats.start();
      this.#watch.start();
      let checked = options.instanceId === undefined;
      for (let failures = 0; !signal.aborted; ) {
        if (await this.#settles()) {
          failures = 0;
          if (!checked) void this.#checkCoverage();
          checked = true;
          await this.#state.rejoinWanted();
        } else {
          failures++;
          await sleep(env.clock, retryDelayMs(failures, env.random), signal);
        }
      }
    } catch (error) {
      if (!signal.aborted) this.fail(asPartitaError('The group member', error));
    }
  }

  /** One round. False: another one has to follow. */
  async #settles(): Promise<boolean> {
    const round = new AbortController();
    this.#round = round;
    try {
      const outcome = await rebalance(this.#deps, round.signal);
      if (outcome === 'unknown-member') this.#lose(errorCode.UNKNOWN_MEMBER_ID);
      if (outcome === 'illegal-generation') this.#lose(errorCode.ILLEGAL_GENERATION);
      return outcome === 'settled';
    } catch (error) {
      if (!round.signal.aborted) throw error;
      return false;
    }
  }

  /** Once after a static member has come back. Never rejects. */
  async #checkCoverage(): Promise<void> {
    const { env, topics, group } = this.#deps;
    const { signal } = this.#closing;
    const { watched } = this.#state;
    try {
      const names = watched === undefined ? topics.names : [...watched.keys()];
      const missing = await findUnassigned(this.#deps, names, signal);
      if (missing !== undefined) this.requestRejoin(`nobody has ${missing}`);
    } catch (error) {
      if (signal.aborted) return;
      const note = 'could not check that the group reads every partition; it is taken for granted';
      env.log.warn(note, { group, error });
    }
  }

  /** Never rejects. */
  async #beat(): Promise<void> {
    const { signal } = this.#closing;
    const current = () => {
      const { phase, identity } = this.#state;
      return phase === 'joining' || phase === 'closed' || identity.generation < 0 ? null : identity;
    };
    if (current() === null) return;
    try {
      const answer = await this.#deps.calls.heartbeat(current, signal);
      if (answer?.code === errorCode.NONE) this.#deps.events.healthy();
      if (answer !== null) this.told(answer.code, answer.sentAs);
    } catch (error) {
      if (!signal.aborted) this.fail(asPartitaError('The group member', error));
    }
  }

  /** We are out of the group: what we had may already be another member's. */
  #lose(code: number): void {
    const { ownership, events, group } = this.#deps;
    const { memberId } = this.#state.identity;
    const lost = ownership.list();
    this.#state.identity =
      code === errorCode.UNKNOWN_MEMBER_ID ? nobody : { memberId, generation: -1 };
    this.#state.watched = undefined;
    ownership.delete(lost);
    events.trouble(thrownOut(group, memberId, code, lost.length));
    if (lost.length > 0) events.lost(lost);
    this.#state.wantRejoin('was no longer known to the group');
    this.#round.abort();
  }

  #end(): void {
    this.#state.phase = 'closed';
    this.#state.watched = undefined;
    this.#heartbeats.stop();
    this.#watch.stop();
    this.#closing.abort();
    this.#round.abort();
    this.#state.wantRejoin('closed');
  }

  /** Never rejects. */
  async #leave(memberId: string, reason: string): Promise<void> {
    const { env, calls, group } = this.#deps;
    const limit = new AbortController();
    const cancel = env.clock.schedule(LEAVE_TIMEOUT_MS, () => limit.abort());
    try {
      await calls.leave(memberId, reason, LEAVE_TIMEOUT_MS, limit.signal);
    } catch (error) {
      const note =
        'did not reach the coordinator to leave; the session time-out ends the membership';
      env.log.warn(note, { group, memberId, error });
    } finally {
      cancel();
    }
  }
}

function thrownOut(group: string, memberId: string, code: number, lost: number): PartitaError {
  return new PartitaError(
    'UNAVAILABLE',
    `Member ${memberId} of group ${group} was thrown out (${describeKafkaCode(code)}) and joins again; ${lost} partitions ` +
      'are lost. No heartbeat came through for the session time-out, or a rebalance took longer than its time-out.',
    { retriable: true },
  );
}
