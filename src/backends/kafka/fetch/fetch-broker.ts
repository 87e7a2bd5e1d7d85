import { type Cancel, PartitaError } from '../../../core/index.ts';
import {
  type Api,
  type FetchResponse,
  fetchApi,
  type ListOffsetsResponse,
  listOffsetsApi,
  type OffsetForLeaderEpochResponse,
  offsetForLeaderEpochApi,
} from '../../../protocol/index.ts';
import type { BrokerNode, Link } from '../wire/wire.ts';
import { epochCheckRequest, fetchRequest, newPositionRequest } from './fetch-requests.ts';
import type { FetcherDeps, FetcherOptions } from './fetcher.ts';
import type { Ask, Need, PartitionState } from './partition-state.ts';

/** How long beyond its own waiting time a broker may take; a dead peer that does not even reset is noticed by it. */
const graceMs = 15_000;
/** Waiting time of requests that are made beside a parked one, see `#lane`. */
const shortWaitMs = 20;

export interface BrokerEvents {
  /** Whether more may be fetched, as far as memory goes. */
  hasRoom(): boolean;
  fetched(broker: FetchBroker, ask: Ask, response: FetchResponse): void;
  newPositions(broker: FetchBroker, ask: Ask, response: ListOffsetsResponse): void;
  epochEnds(broker: FetchBroker, ask: Ask, response: OffsetForLeaderEpochResponse): void;
  failed(broker: FetchBroker, ask: Ask, error: PartitaError): void;
}

/** A link for one purpose, made anew when it has died, with at most one fetch under way. */
interface Lane {
  link: Link | undefined;
  busy: boolean;
  short: boolean;
}

/** Asks one broker for all partitions that it serves and that have room. */
export class FetchBroker {
  /** Served by this broker. In the order in which they are asked: who got something goes to the end. */
  readonly states: Set<PartitionState> = new Set();
  readonly #deps: FetcherDeps;
  readonly #options: FetcherOptions;
  readonly #events: BrokerEvents;
  #node: BrokerNode;
  readonly #main: Lane = { link: undefined, busy: false, short: false };
  readonly #express: Lane = { link: undefined, busy: false, short: true };
  readonly #aside: Lane = { link: undefined, busy: false, short: false };
  #throttledUntilMs = 0;
  #throttle: Cancel | undefined;
  #awake = false;
  #closed = false;

  constructor(node: BrokerNode, deps: FetcherDeps, options: FetcherOptions, events: BrokerEvents) {
    this.#node = node;
    this.#deps = deps;
    this.#options = options;
    this.#events = events;
  }

  get node(): BrokerNode {
    return this.#node;
  }

  /** The broker has the same id and may have another address. */
  moved(node: BrokerNode): void {
    const { host, port } = this.#node;
    if (host === node.host && port === node.port) return;
    this.#node = node;
    this.#closeLinks();
  }

  close(): void {
    this.#closed = true;
    this.#throttle?.();
    this.#closeLinks();
  }

  /** Looks soon, once for all changes that are being made right now, whether there is something to ask. */
  wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    queueMicrotask(() => {
      this.#awake = false;
      this.pump();
    });
  }

  /** Asks whatever can be asked now. */
  pump(): void {
    if (this.#closed || this.#isThrottled()) return;
    this.#askAside('epoch-check', epochCheck(this.#events));
    this.#askAside('new-position', newPosition(this.#events, this.#options));
    const lane = this.#lane();
    if (lane !== undefined && this.#events.hasRoom()) this.#askRecords(lane);
  }

  /**
   * One fetch is parked at the broker until there are new records or `maxWaitMs` is over. A partition that gets room
   * meanwhile does not wait for that: it is asked for on a second connection, because a broker serves the requests of one
   * connection one after the other. As long as the second one is in use both wait only shortly, so that they come
   * together again; then one long request stands for all.
   */
  #lane(): Lane | undefined {
    if (!this.#main.busy) return this.#main;
    return this.#express.busy || this.#main.short ? undefined : this.#express;
  }

  #askRecords(lane: Lane): void {
    const states = this.#askable('records');
    if (states.length === 0) return;
    const { maxWaitMs } = this.#options.fetch;
    lane.short = lane === this.#express || this.#express.busy;
    const waitMs = lane.short ? Math.min(shortWaitMs, maxWaitMs) : maxWaitMs;
    const request = fetchRequest(states, this.#options, { waitMs, rack: this.#rackFor(states) });
    void this.#ask(lane, states, {
      api: fetchApi,
      request,
      waitMs,
      answered: (ask, response) => this.#events.fetched(this, ask, response),
    });
  }

  /** The leader names a replica for all who say their rack, so it is not told for those whose replica has just failed. */
  #rackFor(states: readonly PartitionState[]): string {
    const now = this.#deps.env.clock.now();
    const hidden = states.some((state) => state.noReplicaUntilMs > now);
    return hidden ? '' : (this.#options.rack ?? '');
  }

  #askAside<Request, Response extends { readonly throttleTimeMs: number }>(
    need: Need,
    { api, request, answered }: Aside<Request, Response>,
  ): void {
    const states = this.#askable(need);
    if (states.length === 0) return;
    void this.#ask(this.#aside, states, {
      api,
      request: request(states),
      waitMs: 0,
      answered: (ask, response) => answered(this, ask, response),
    });
  }

  #askable(need: Need): PartitionState[] {
    const states: PartitionState[] = [];
    // What was fetched before is handed over first: it may make the other questions needless.
    for (const state of this.states)
      if (
        state.need === need &&
        state.askable &&
        (need === 'records' || state.fetched.length === 0)
      )
        states.push(state);
    return states;
  }

  /** Never rejects because of the broker. */
  async #ask<Request, Response extends { readonly throttleTimeMs: number }>(
    lane: Lane,
    states: readonly PartitionState[],
    question: Question<Request, Response>,
  ): Promise<void> {
    const ask: Ask = { states };
    for (const state of states) state.asked = ask;
    lane.busy = true;
    const answer = await this.#send(lane, question);
    lane.busy = false;
    if (this.#closed) return;
    if (PartitaError.is(answer)) {
      this.#events.failed(this, ask, answer);
    } else {
      this.#slowDown(answer.throttleTimeMs);
      question.answered(ask, answer);
    }
    this.pump();
  }

  async #send<Request, Response>(
    lane: Lane,
    { api, request, waitMs }: Question<Request, Response>,
  ): Promise<Response | PartitaError> {
    const maxVersion = lane === this.#aside ? undefined : this.#options.maxFetchVersion;
    let link: Link | undefined;
    try {
      link = this.#open(lane);
      return await link.send(api, request, {
        timeoutMs: waitMs + graceMs,
        ...(maxVersion !== undefined && { maxVersion }),
      });
    } catch (error) {
      link?.close();
      if (lane.link === link) lane.link = undefined;
      if (PartitaError.is(error)) return error;
      const message = `${api.name} request to ${this.#node.host}:${this.#node.port} failed: ${String(error)}`;
      return new PartitaError('INTERNAL', message, { cause: error, retriable: true });
    }
  }

  #open(lane: Lane): Link {
    if (lane.link === undefined || lane.link.closed)
      lane.link = this.#deps.wire.link(this.#node, lane === this.#aside ? 'offsets' : 'fetch');
    return lane.link;
  }

  #slowDown(throttleTimeMs: number): void {
    const untilMs = this.#deps.env.clock.now() + throttleTimeMs;
    if (throttleTimeMs > 0) this.#throttledUntilMs = Math.max(this.#throttledUntilMs, untilMs);
  }

  /** The broker reads nothing from a connection that it throttles (KIP-219), so a request would only wait there. */
  #isThrottled(): boolean {
    const { clock } = this.#deps.env;
    const leftMs = this.#throttledUntilMs - clock.now();
    if (leftMs <= 0) return false;
    this.#throttle ??= clock.schedule(leftMs, () => {
      this.#throttle = undefined;
      this.pump();
    });
    return true;
  }

  #closeLinks(): void {
    for (const lane of [this.#main, this.#express, this.#aside]) {
      lane.link?.close();
      lane.link = undefined;
    }
  }
}

interface Question<Request, Response> {
  readonly api: Api<Request, Response>;
  readonly request: Request;
  readonly waitMs: number;
  answered(ask: Ask, response: Response): void;
}

/** A question about positions, which must not wait behind a parked fetch. */
interface Aside<Request, Response> {
  readonly api: Api<Request, Response>;
  request(states: readonly PartitionState[]): Request;
  answered(broker: FetchBroker, ask: Ask, response: Response): void;
}

function epochCheck(
  events: BrokerEvents,
): Aside<ReturnType<typeof epochCheckRequest>, OffsetForLeaderEpochResponse> {
  return {
    api: offsetForLeaderEpochApi,
    request: epochCheckRequest,
    answered: (broker, ask, response) => events.epochEnds(broker, ask, response),
  };
}

function newPosition(
  events: BrokerEvents,
  options: FetcherOptions,
): Aside<ReturnType<typeof newPositionRequest>, ListOffsetsResponse> {
  return {
    api: listOffsetsApi,
    request: (states) => newPositionRequest(states, options),
    answered: (broker, ask, response) => events.newPositions(broker, ask, response),
  };
}
