import { once } from 'node:events';
import { sleep } from '../../core/index.ts';
import { ProtocolError } from '../../protocol/index.ts';
import type { ClientSocket } from './client-socket.ts';
import { FrameReader } from './frame-reader.ts';
import { type Reply, RequestServer, type Served } from './request-server.ts';

/** Requests that wait for the one being answered; with more of them we stop reading. */
const MAX_QUEUED = 64;
/** Strangers get no larger requests taken (`sasl.server.max.receive.size`). */
const STRANGER_BYTES = 512 * 1024;

/**
 * One client. Requests are answered one by one, in the order they came, as brokers do; what is wrong with one of them ends this
 * connection and nothing else.
 */
export class Connection {
  readonly #socket: ClientSocket;
  readonly #served: Served;
  readonly #frames: FrameReader;
  readonly #requests: RequestServer;
  readonly #maxRequestBytes: number;
  readonly #queue: Buffer[] = [];
  readonly #ended = new AbortController();
  #busy = false;

  constructor(socket: ClientSocket, served: Served, maxRequestBytes: number) {
    const host = `/${socket.remoteAddress ?? 'unknown'}`;
    this.#socket = socket;
    this.#served = served;
    this.#maxRequestBytes = maxRequestBytes;
    this.#requests = new RequestServer(served, host, this.#ended.signal);
    this.#frames = new FrameReader(maxRequestBytes);
    this.#expect();
    socket.setNoDelay?.(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#clientEnded());
    socket.on('close', () => this.#ended.abort());
    socket.on('error', (error) => {
      served.broker.log.debug('A Kafka client broke its connection', { ...this.#who(), error });
    });
  }

  get clientId(): string | null {
    return this.#requests.clientId;
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
      const { thawed } = this.#served.node.freezer;
      if (thawed !== undefined) {
        this.#standBy(thawed);
        break;
      }
      const frame = this.#queue.shift();
      if (frame === undefined) break;
      try {
        const reply = this.#requests.serve(frame);
        const waiting =
          reply instanceof Promise ? reply.then((late) => this.#give(late)) : this.#give(reply);
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

  /** Sends the reply; says what the next request has to wait for. */
  #give(reply: Reply): Promise<unknown> | undefined {
    if (this.#ended.signal.aborted) return undefined;
    const { thawed } = this.#served.node.freezer;
    if (thawed !== undefined) return thawed.then(() => this.#give(reply));
    reply.write?.(this.#socket);
    this.#expect();
    if (reply.end === 'at once') this.drop();
    if (reply.end === 'politely') this.#turnAway();
    const { muteMs = 0 } = reply;
    if (muteMs > 0) return sleep(this.#served.broker.clock, muteMs, this.#ended.signal);
    return this.#drained();
  }

  /** What the client may send next depends on whether it has said who it is. */
  #expect(): void {
    const { knowsClient, expectsBareToken } = this.#requests;
    const limit = knowsClient ? this.#maxRequestBytes : STRANGER_BYTES;
    this.#frames.takesTokens = expectsBareToken;
    this.#frames.maxRequestBytes = Math.min(limit, this.#maxRequestBytes);
  }

  #drained(): Promise<unknown> | undefined {
    if (!this.#socket.writableNeedDrain || this.#ended.signal.aborted) return undefined;
    return once(this.#socket, 'drain', { signal: this.#ended.signal }).catch((error: unknown) => {
      // The end of the connection ends the waiting; anything else is our mistake.
      if (!this.#ended.signal.aborted) throw error;
    });
  }

  /** Whoever could not say who he is has been told; nothing else of him is looked at. */
  #turnAway(): void {
    this.#served.broker.log.warn('A Kafka client could not authenticate', this.#who());
    this.#queue.length = 0;
    this.#ended.abort();
    this.#socket.end(() => this.#socket.destroy());
  }

  #clientEnded(): void {
    if (!this.#frames.isInsideFrame) return;
    this.#fail(new ProtocolError('TRUNCATED', 'The connection ended inside a request.'));
  }

  #fail(error: unknown): void {
    const { log } = this.#served.broker;
    if (error instanceof ProtocolError)
      log.warn('A Kafka connection was closed because of what the client sent', {
        ...this.#who(),
        reason: error.message,
      });
    else log.error('A Kafka connection was closed because of a defect', { ...this.#who(), error });
    this.drop();
  }

  #who(): { readonly clientId: string | null; readonly address: string | undefined } {
    return { clientId: this.clientId, address: this.#socket.remoteAddress };
  }
}
