import { type BackendEnv, PartitaError, sleep, within } from '../../../core/index.ts';
import type { Api } from '../../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import { lookUpCoordinator } from '../group/coordinator-lookup.ts';
import type { BrokerAddress, BrokerNode, ClusterMetadata, Link, Wire } from '../wire/wire.ts';

export interface AdminDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  readonly requestTimeoutMs: number;
}

/** So long nobody is told that there is no answer: brokers restart and move. */
const QUIET_MS = 3_000;

/** Sends the admin's requests: a link per broker, and patience with what passes. */
export class AdminCalls {
  readonly #deps: AdminDeps;
  readonly #links = new Map<string, Link>();
  readonly #stop = new AbortController();
  /** Somebody has answered: what fails from here on passes. */
  #isReached = false;
  /** One line for each outage. */
  #isTold = false;

  constructor(deps: AdminDeps) {
    this.#deps = deps;
  }

  get requestTimeoutMs(): number {
    return this.#deps.requestTimeoutMs;
  }

  metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    return this.#deps.wire.metadata(topics);
  }

  /** One attempt at this broker. */
  ask<Request, Response>(
    broker: BrokerAddress,
    api: Api<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const key = `${broker.host}:${broker.port}`;
    let link = this.#links.get(key);
    if (link === undefined || link.closed) {
      link = this.#deps.wire.link(broker, 'admin');
      this.#links.set(key, link);
    }
    return link.send(api, request, { timeoutMs: this.#deps.requestTimeoutMs });
  }

  /** Where topics are changed. A KRaft broker passes it on, so that any will do; metadata names one. */
  async controller(): Promise<BrokerNode> {
    const { brokers, controllerId } = await this.#deps.wire.metadata([]);
    const [any] = brokers.values();
    const controller = brokers.get(controllerId) ?? any;
    if (controller !== undefined) return controller;
    throw new PartitaError('UNAVAILABLE', 'The cluster names no broker.', { retriable: true });
  }

  coordinator(group: string): Promise<BrokerAddress> {
    return lookUpCoordinator(this.#deps.wire, this.#deps.env, group);
  }

  /**
   * Repeats while it fails for passing reasons, with capped backoff.
   *
   * @throws what cannot pass, or the last failure when twice the request time-out is over; `unreachableMs` of the environment
   * as long as no broker has answered at all.
   */
  async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const { env, requestTimeoutMs } = this.#deps;
    const beganMs = env.clock.now();
    const usualMs = 2 * requestTimeoutMs;
    for (let failures = 1; ; failures++) {
      this.#checkOpen();
      try {
        const result = await this.#watched(attempt());
        this.#isReached = true;
        this.#isTold = false;
        return result;
      } catch (error) {
        const passing = PartitaError.is(error) && error.retriable;
        const limitMs = this.#isReached ? usualMs : Math.min(usualMs, env.unreachableMs ?? usualMs);
        const waitedMs = env.clock.now() - beganMs;
        if (!passing || waitedMs >= limitMs) throw error;
        if (waitedMs >= QUIET_MS) this.#tell(`${error.message} It is tried again`, error);
        env.log.debug('admin: repeated', { error });
      }
      await sleep(env.clock, backoffMs(failures, env.random), this.#stop.signal);
    }
  }

  /** An address that swallows connections takes long to fail: somebody may be waiting. */
  async #watched<T>(attempt: Promise<T>): Promise<T> {
    if (this.#isReached) return attempt;
    const { clock } = this.#deps.env;
    if (!(await within(attempt, QUIET_MS, { clock })))
      this.#tell('No broker has answered yet. Check the option brokers');
    return attempt;
  }

  #tell(message: string, error?: PartitaError): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#deps.env.log.warn(message, error && { code: error.code });
  }

  close(): void {
    this.#stop.abort();
    for (const link of this.#links.values()) link.close();
  }

  #checkOpen(): void {
    if (this.#stop.signal.aborted) throw new PartitaError('CLOSED', 'The admin is closed.');
  }
}
