import { once } from 'node:events';
import type { Socket } from 'node:net';
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
import type { Endpoint } from '../kafka-requests/endpoint.ts';
import { endpoints } from '../kafka-requests/endpoints.ts';
import { FrameReader } from './frame-reader.ts';
import { writeResponse } from './write-response.ts';

/** Requests that wait for the one being answered; with more of them we stop reading. */
const MAX_QUEUED = 64;
const API_VERSIONS = 18;

/** What a connection belongs to. */
export interface Served {
  readonly broker: BrokerState;
  readonly node: BrokerNode;
}

/**
 * One client. Requests are answered one by one, in the order they came, as brokers do; what is wrong with one of them ends this
 * connection and nothing else.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #broker: BrokerState;
  readonly #node: BrokerNode;
  readonly #frames: FrameReader;
  readonly #queue: Buffer[] = [];
  readonly #ended = new AbortController();
  #clientId: string | null = null;
  #busy = false;

  constructor(socket: Socket, { broker, node }: Served, maxRequestBytes: number) {
    this.#socket = socket;
    this.#broker = broker;
    this.#node = node;
    this.#frames = new FrameReader(maxRequestBytes);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#clientEnded());
    socket.on('close', () => this.#ended.abort());
    socket.on('error', (error) => {
      broker.log.debug('A Kafka client broke its connection', { ...this.#who(), error });
    });
  }

  get clientId(): string | null {
    return this.#clientId;
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#queue.length = 0;
    this.#ended.abort();
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    try {
      this.#frames.push(chunk, (frame) => this.#queue.push(frame));
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#queue.length > MAX_QUEUED) this.#socket.pause();
    this.#serveQueue();
  }

  #serveQueue(): void {
    while (!this.#busy && !this.#ended.signal.aborted) {
      const frame = this.#queue.shift();
      if (frame === undefined) break;
      try {
        const waiting = this.#serve(frame) ?? this.#drained();
        if (waiting !== undefined) this.#standBy(waiting);
      } catch (error) {
        this.#fail(error);
      }
    }
    if (this.#queue.length === 0 && this.#socket.isPaused()) this.#socket.resume();
  }

  /** The next request has to wait for this one, or for the client to read. */
  #standBy(waiting: Promise<unknown>): void {
    this.#busy = true;
    waiting.then(
      () => {
        this.#busy = false;
        this.#serveQueue();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #serve(frame: Buffer): Promise<void> | undefined {
    const header = decodeRequestHeader(frame);
    this.#clientId = header.clientId;
    const endpoint = endpoints.get(header.apiKey);
    if (endpoint === undefined)
      throw new ProtocolError('UNSUPPORTED', `Api key ${header.apiKey} is not served.`);
    const { min, max } = endpoint.versions;
    if (header.version < min || header.version > max) {
      this.#unsupported(header, endpoint);
      return undefined;
    }
    const fault = this.#broker.faults.take(endpoint.name, header.clientId);
    if (fault?.kind === 'delay')
      return sleep(this.#broker.clock, fault.delayMs, this.#ended.signal).then(() =>
        this.#answer(header, endpoint),
      );
    if (fault?.kind === 'drop' && !fault.carriedOut) {
      this.drop();
      return undefined;
    }
    return this.#answer(header, endpoint, fault);
  }

  #answer(
    header: RequestHeader,
    endpoint: Endpoint,
    fault?: { readonly kind: 'answer'; readonly errorCode: number } | { readonly kind: 'drop' },
  ): Promise<void> | undefined {
    const flexible = header.version >= endpoint.flexibleFrom;
    const body = flexible ? behindHeaderTags(header.rest) : header.rest;
    const call = {
      broker: this.#broker,
      node: this.#node,
      version: header.version,
      client: {
        clientId: header.clientId ?? '',
        clientHost: `/${this.#socket.remoteAddress ?? 'unknown'}`,
      },
      signal: this.#ended.signal,
    };
    const refusal = fault?.kind === 'answer' ? fault.errorCode : undefined;
    const response = endpoint.serve(body, call, refusal);
    const send = (bytes: Buffer | undefined): void => {
      if (fault?.kind === 'drop') this.drop();
      else if (bytes !== undefined && !this.#ended.signal.aborted)
        // ApiVersions is answered in the old header: the client does not know yet what we speak (KIP-511).
        writeResponse(this.#socket, header, bytes, flexible && header.apiKey !== API_VERSIONS);
    };
    if (response instanceof Promise) return response.then(send);
    send(response);
    return undefined;
  }

  /** A client that begins with an ApiVersions of the future is told, in version 0, what it may ask; others are cut off. */
  #unsupported(header: RequestHeader, endpoint: Endpoint): void {
    const { min, max } = endpoint.versions;
    if (header.apiKey !== API_VERSIONS)
      throw new ProtocolError(
        'UNSUPPORTED',
        `${endpoint.name} v${header.version} is not served, only v${min} to v${max}.`,
      );
    const bytes = endpoint.serve(Buffer.alloc(0), {
      broker: this.#broker,
      node: this.#node,
      version: 0,
      client: { clientId: '', clientHost: '' },
      signal: this.#ended.signal,
    });
    if (!(bytes instanceof Buffer)) return;
    bytes.writeInt16BE(errorCode.UNSUPPORTED_VERSION, 0);
    writeResponse(this.#socket, header, bytes, false);
  }

  #drained(): Promise<unknown> | undefined {
    if (!this.#socket.writableNeedDrain || this.#ended.signal.aborted) return undefined;
    return once(this.#socket, 'drain', { signal: this.#ended.signal }).catch((error: unknown) => {
      // The end of the connection ends the waiting; anything else is our mistake.
      if (!this.#ended.signal.aborted) throw error;
    });
  }

  #clientEnded(): void {
    if (!this.#frames.isInsideFrame) return;
    this.#fail(new ProtocolError('TRUNCATED', 'The connection ended inside a request.'));
  }

  #fail(error: unknown): void {
    const { log } = this.#broker;
    if (error instanceof ProtocolError)
      log.warn('A Kafka connection was closed because of what the client sent', {
        ...this.#who(),
        reason: error.message,
      });
    else log.error('A Kafka connection was closed because of a defect', { ...this.#who(), error });
    this.drop();
  }

  #who(): { readonly clientId: string | null; readonly address: string | undefined } {
    return { clientId: this.#clientId, address: this.#socket.remoteAddress };
  }
}
