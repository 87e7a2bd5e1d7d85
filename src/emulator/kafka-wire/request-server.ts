import type { Writable } from 'node:stream';
import { sleep } from '../../core/index.ts';
import {
  behindHeaderTags,
  decodeRequestHeader,
  errorCode,
  ProtocolError,
  type RequestHeader,
} from '../../protocol/index.ts';
import type { BrokerNode } from '../kafka/broker-node.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import type { KafkaFaultEffect } from '../kafka/fault-rules.ts';
import type { Call, Endpoint } from '../kafka-requests/endpoint.ts';
import { endpoints } from '../kafka-requests/endpoints.ts';
import { SaslSession } from '../kafka-sasl/sasl-session.ts';
import { writeBareToken, writeResponse } from './write-response.ts';

const API_VERSIONS = 18;

/** What a connection belongs to. */
export interface Served {
  readonly broker: BrokerState;
  readonly node: BrokerNode;
}

/** What is to be done about a request, once it is known. */
export interface Reply {
  /** Left out: nothing is sent. */
  readonly write?: (socket: Writable) => void;
  /** The connection is not looked at for so long afterwards. */
  readonly muteMs?: number;
  /** Then the connection ends: politely, or at once. */
  readonly end?: 'politely' | 'at once';
}

/** Turns the requests of one connection into replies. */
export class RequestServer {
  readonly #served: Served;
  readonly #sasl: SaslSession;
  readonly #clientHost: string;
  readonly #signal: AbortSignal;
  #clientId: string | null = null;

  constructor(served: Served, clientHost: string, signal: AbortSignal) {
    this.#served = served;
    this.#sasl = new SaslSession(served.broker.credentials);
    this.#clientHost = clientHost;
    this.#signal = signal;
  }

  get clientId(): string | null {
    return this.#clientId;
  }

  /** Nobody has to authenticate, or the client has. */
  get knowsClient(): boolean {
    return this.#sasl.done;
  }

  /** The next frame is no request, and may be as short as it likes. */
  get expectsBareToken(): boolean {
    return this.#sasl.expectsBareToken;
  }

  /** @throws ProtocolError when the connection has to end because of the request. */
  serve(frame: Buffer): Reply | Promise<Reply> {
    if (this.#sasl.expectsBareToken) return this.#answerToken(frame);
    const header = decodeRequestHeader(frame);
    this.#clientId = header.clientId;
    const endpoint = endpoints.get(header.apiKey);
    const { broker, node } = this.#served;
    const range = endpoint && broker.versions.of(endpoint);
    if (endpoint === undefined || range === undefined)
      throw new ProtocolError('UNSUPPORTED', `Api key ${header.apiKey} is not served.`);
    if (!this.#sasl.admits(header.apiKey))
      throw new ProtocolError(
        'UNSUPPORTED',
        `${endpoint.name} came before the client had said who it is.`,
      );
    if (header.version < range.min || header.version > range.max)
      return this.#unsupported(header, endpoint, range);
    const { nodeId } = node;
    const fault = broker.faults.take({ api: endpoint.name, clientId: header.clientId, nodeId });
    return fault === undefined
      ? this.#answer(header, endpoint)
      : this.#answerWith(fault, header, endpoint);
  }

  #answerWith(
    fault: KafkaFaultEffect,
    header: RequestHeader,
    endpoint: Endpoint,
  ): Reply | Promise<Reply> {
    switch (fault.kind) {
      case 'answer':
        return this.#answer(header, endpoint, { refusal: fault.errorCode });
      case 'throttle':
        return this.#answer(header, endpoint, fault);
      case 'delay':
        return sleep(this.#served.broker.clock, fault.delayMs, this.#signal).then(() =>
          this.#answer(header, endpoint),
        );
      case 'drop':
        return fault.carriedOut
          ? this.#answer(header, endpoint, { lost: true })
          : { end: 'at once' };
    }
  }

  #answer(
    header: RequestHeader,
    endpoint: Endpoint,
    fault: { refusal?: number; lost?: boolean; throttleMs?: number; mute?: boolean } = {},
  ): Reply | Promise<Reply> {
    const { throttleMs = 0, mute = false, lost = false, refusal } = fault;
    const flexible = header.version >= endpoint.flexibleFrom;
    const body = flexible ? behindHeaderTags(header.rest) : header.rest;
    const response = endpoint.serve(body, this.#call(header, throttleMs), refusal);
    // ApiVersions is answered in the old header: the client does not know yet what we speak (KIP-511).
    const tagged = flexible && header.apiKey !== API_VERSIONS;
    const reply = (bytes: Buffer | undefined): Reply => {
      if (lost) return { end: 'at once' };
      return {
        ...(bytes !== undefined && { write: (to) => writeResponse(to, header, bytes, tagged) }),
        ...(mute && { muteMs: throttleMs }),
        ...(this.#sasl.refused && { end: 'politely' }),
      };
    };
    return response instanceof Promise ? response.then(reply) : reply(response);
  }

  #call({ version, clientId }: RequestHeader, throttleMs: number): Call {
    const { broker, node } = this.#served;
    const client = { clientId: clientId ?? '', clientHost: this.#clientHost };
    return { broker, node, version, client, throttleMs, sasl: this.#sasl, signal: this.#signal };
  }

  /** A client that begins with an ApiVersions of the future is told, in version 0, what it may ask; others are cut off. */
  #unsupported(
    header: RequestHeader,
    endpoint: Endpoint,
    { min, max }: { readonly min: number; readonly max: number },
  ): Reply {
    if (header.apiKey !== API_VERSIONS)
      throw new ProtocolError(
        'UNSUPPORTED',
        `${endpoint.name} v${header.version} is not served, only v${min} to v${max}.`,
      );
    const bytes = endpoint.serve(Buffer.alloc(0), this.#call({ ...header, version: 0 }, 0));
    if (!(bytes instanceof Buffer)) return {};
    bytes.writeInt16BE(errorCode.UNSUPPORTED_VERSION, 0);
    return { write: (to) => writeResponse(to, header, bytes, false) };
  }

  #answerToken(token: Buffer): Reply {
    const { errorMessage, authBytes } = this.#sasl.authenticate(token);
    // There is no place for an error in this form.
    if (errorMessage !== null) throw new ProtocolError('UNSUPPORTED', errorMessage);
    return { write: (to) => writeBareToken(to, authBytes) };
  }
}
