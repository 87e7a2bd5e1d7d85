import { type BackendEnv, PartitaError, sleep } from '../../../core/index.ts';
import { type Api, errorCode } from '../../../protocol/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { BrokerAddress, Link, Wire } from '../wire/wire.ts';
import { lookUpCoordinator } from './coordinator-lookup.ts';
import { interrupted, interruptible } from './interruptible.ts';

/**
 * A broker handles the requests of one connection one after the other, and a JoinGroup is parked until all members came.
 * So each of these has its own link, and a heartbeat waits for nothing.
 */
export type LinkPurpose = 'join' | 'heartbeat' | 'commit';

/** A request that is repeated until the group's coordinator has answered it. */
export interface CoordinatorCall<Request, Response> {
  readonly purpose: LinkPurpose;
  readonly api: Api<Request, Response>;
  /** Asked before each try, since the member may have moved on; `null` gives the call up. */
  readonly request: () => Request | null;
  readonly codeOf: (response: Response) => number;
  readonly timeoutMs: number;
  /** Ends the call with `CLOSED`, also in the middle of a request; the link is closed then. */
  readonly signal: AbortSignal;
}

export interface CoordinatorDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  readonly group: string;
  /** Told of passing trouble, rarer the longer it lasts. */
  readonly trouble: (error: PartitaError) => void;
}

/**
 * The way to the group's coordinator.
 *
 * Repeats without limit and with capped backoff, because 9 to 12 s without a coordinator are normal after a broker was
 * killed (KRaft's broker session), and member id and generation outlive that. One lookup at a time serves all callers.
 * While the coordinator loads its groups we wait for it; when it is another one by now we look it up; when the link fails
 * we drop the link, if it is still the current one, and look it up.
 */
export class Coordinator {
  readonly #deps: CoordinatorDeps;
  readonly #closing = new AbortController();
  readonly #links = new Map<LinkPurpose, Link>();
  #address: BrokerAddress | undefined;
  #lastAddress: BrokerAddress | undefined;
  #lookup: Promise<BrokerAddress> | undefined;

  constructor(deps: CoordinatorDeps) {
    this.#deps = deps;
  }

  /**
   * @returns the answer, whatever group error it carries; `null` when `request` gave up.
   * @throws PartitaError `CLOSED`, or what no repetition heals (authentication, authorization, versions).
   */
  async call<Request, Response>(
    call: CoordinatorCall<Request, Response>,
  ): Promise<Response | null> {
    const { env } = this.#deps;
    for (let failures = 0; ; ) {
      const link = await this.#linkFor(call);
      const request = call.request();
      if (request === null) return null;
      const outcome = await this.#try(link, call, request);
      if ('answer' in outcome) return outcome.answer;
      this.#report(outcome.trouble, ++failures);
      await sleep(env.clock, retryDelayMs(failures, env.random), call.signal);
    }
  }

  close(): void {
    this.#closing.abort();
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  async #linkFor<Request, Response>(call: CoordinatorCall<Request, Response>): Promise<Link> {
    const address = await interruptible(this.#locate(), call.signal, call.api.name);
    // Nothing may be sent once we are closed: nobody would close that link.
    if (this.#closing.signal.aborted || call.signal.aborted) throw interrupted(call.api.name);
    const current = this.#links.get(call.purpose);
    if (current?.closed === false) return current;
    const link = this.#deps.wire.link(address, call.purpose);
    this.#links.set(call.purpose, link);
    return link;
  }

  async #try<Request, Response>(
    link: Link,
    call: CoordinatorCall<Request, Response>,
    request: Request,
  ): Promise<{ readonly answer: Response } | { readonly trouble: PartitaError }> {
    const { api, timeoutMs, signal } = call;
    try {
      const sent = link.send(api, request, { timeoutMs });
      const answer = await interruptible(sent, signal, api.name);
      const trouble = this.#toAskAgain(link, call, answer);
      return trouble === undefined ? { answer } : { trouble };
    } catch (error) {
      this.#drop(link);
      if (signal.aborted || this.#closing.signal.aborted) throw interrupted(api.name);
      if (!PartitaError.is(error) || !passes(error)) throw error;
      return { trouble: error };
    }
  }

  /** The reason, when the answer says that somebody else, or later, is to be asked. */
  #toAskAgain<Request, Response>(
    link: Link,
    call: CoordinatorCall<Request, Response>,
    answer: Response,
  ): PartitaError | undefined {
    const code = call.codeOf(answer);
    if (!askAgain.has(code)) return undefined;
    if (moved.has(code)) this.#drop(link);
    return kafkaError(code, `${call.api.name} of group ${this.#deps.group}`);
  }

  /** The 1st, 2nd, 4th, 8th … time. What we closed ourselves is no news. */
  #report(trouble: PartitaError, failures: number): void {
    if (trouble.code !== 'CLOSED' && (failures & (failures - 1)) === 0) this.#deps.trouble(trouble);
  }

  /** Only if it is still the current one: a late answer of an old link says nothing of the new coordinator. */
  #drop(link: Link): void {
    link.close();
    for (const [purpose, current] of this.#links) {
      if (current !== link) continue;
      this.#links.delete(purpose);
      this.#address = undefined;
    }
  }

  #locate(): Promise<BrokerAddress> {
    if (this.#closing.signal.aborted) return Promise.reject(interrupted('FindCoordinator'));
    if (this.#address !== undefined) return Promise.resolve(this.#address);
    this.#lookup ??= this.#lookUp().finally(() => {
      this.#lookup = undefined;
    });
    return this.#lookup;
  }

  async #lookUp(): Promise<BrokerAddress> {
    const { wire, env, group } = this.#deps;
    const { signal } = this.#closing;
    for (let failures = 0; ; ) {
      try {
        const address = await lookUpCoordinator(wire, env, group);
        this.#settle(address);
        return address;
      } catch (error) {
        if (signal.aborted) throw interrupted('FindCoordinator');
        if (!PartitaError.is(error) || !passes(error)) throw error;
        this.#report(error, ++failures);
      }
      await sleep(env.clock, retryDelayMs(failures + 1, env.random), signal);
      if (signal.aborted) throw interrupted('FindCoordinator');
    }
  }

  /** A JoinGroup that is parked on the same coordinator stays; what is left on another one is called off. */
  #settle(address: BrokerAddress): void {
    const before = this.#lastAddress;
    this.#address = address;
    this.#lastAddress = address;
    if (before?.host === address.host && before.port === address.port) return;
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }
}

const moved: ReadonlySet<number> = new Set([
  errorCode.NOT_COORDINATOR,
  errorCode.COORDINATOR_NOT_AVAILABLE,
]);
const askAgain: ReadonlySet<number> = new Set([
  ...moved,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
  errorCode.REQUEST_TIMED_OUT,
]);

/** A fresh link may help; `CLOSED` is a link that we closed under the request. */
function passes(error: PartitaError): boolean {
  return error.retriable || error.code === 'CLOSED' || error.code === 'CORRUPT_DATA';
}
