import { connect, type Socket } from 'node:net';
import { type AnswerKind, kindOfAnswer } from './answer.ts';
import type { FuzzMessage } from './message.ts';

export type FuzzOutcome = AnswerKind | 'connection closed' | 'no answer';

/** How long a request may be without an answer before its client goes away: some wait for others, some have none. */
const PATIENCE_MS = 30;

/** Sends one message after the other, over a new connection when the last one came to an end. */
export class FuzzLink {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #settle: ((outcome: 'closed' | Buffer) => void) | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async send(message: FuzzMessage): Promise<FuzzOutcome> {
    const socket = this.#socket ?? this.#connect();
    const answered = new Promise<'closed' | Buffer>((resolve) => {
      this.#settle = resolve;
    });
    socket.write(message.bytes);
    if (message.breaksFraming) socket.end();
    const late = new Promise<'late'>((resolve) => {
      const timer = setTimeout(() => resolve('late'), PATIENCE_MS);
      void answered.then(() => clearTimeout(timer));
    });
    const outcome = await Promise.race([answered, late]);
    this.#settle = undefined;
    if (message.breaksFraming || outcome === 'late') this.close();
    if (outcome === 'late') return 'no answer';
    return outcome === 'closed' ? 'connection closed' : kindOfAnswer(message.bytes, outcome);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Socket {
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    const current = (): boolean => this.#socket === socket;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (current()) this.#take(chunk);
    });
    socket.on('close', () => {
      if (!current()) return;
      this.#socket = undefined;
      this.#settle?.('closed');
    });
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#received.length < 4) return;
    const end = 4 + this.#received.readInt32BE(0);
    if (this.#received.length < end) return;
    const frame = this.#received.subarray(0, end);
    this.#received = this.#received.subarray(end);
    this.#settle?.(frame);
  }
}
