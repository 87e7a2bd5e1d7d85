import { ProtocolError } from '../../protocol/index.ts';

const SIZE_BYTES = 4;
/** Api key, version and correlation id: no request is shorter. */
const SMALLEST_REQUEST = 8;
/** Taken for a request when it is announced; more only as it really comes, or a few bytes could claim all memory. */
const FIRST_BYTES = 1024 * 1024;
const GROWTH = 4;

/** Cuts what a socket receives into requests. Those that came in one piece are views, the others are put together. */
export class FrameReader {
  /** A longer request is refused. */
  maxRequestBytes: number;
  readonly #size = Buffer.alloc(SIZE_BYTES);
  #sizeFilled = 0;
  #frame: Buffer | undefined;
  #frameFilled = 0;
  #frameSize = 0;
  /** What comes next is a token of a mechanism, which may be short or empty. */
  takesTokens = false;

  constructor(maxRequestBytes: number) {
    this.maxRequestBytes = maxRequestBytes;
  }

  /** Bytes have come that make no whole request yet. */
  get isInsideFrame(): boolean {
    return this.#sizeFilled > 0 || this.#frame !== undefined;
  }

  /** @throws ProtocolError when a request says it is larger than allowed, or smaller than its header. */
  push(chunk: Buffer, request: (frame: Buffer) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#frame === undefined) {
        const taken = Math.min(SIZE_BYTES - this.#sizeFilled, chunk.length - at);
        chunk.copy(this.#size, this.#sizeFilled, at, at + taken);
        this.#sizeFilled += taken;
        at += taken;
        if (this.#sizeFilled < SIZE_BYTES) return;
        const size = this.#checkedSize();
        this.#sizeFilled = 0;
        if (chunk.length - at >= size) {
          request(chunk.subarray(at, at + size));
          at += size;
          continue;
        }
        this.#frame = Buffer.allocUnsafeSlow(Math.min(size, FIRST_BYTES));
        this.#frameFilled = 0;
        this.#frameSize = size;
      }
      at += this.#fill(this.#frame, chunk.subarray(at), request);
    }
  }

  #fill(frame: Buffer, chunk: Buffer, request: (frame: Buffer) => void): number {
    const taken = chunk.copy(frame, this.#frameFilled);
    this.#frameFilled += taken;
    if (this.#frameFilled === this.#frameSize) {
      this.#frame = undefined;
      request(frame);
    } else if (this.#frameFilled === frame.length) {
      this.#frame = Buffer.allocUnsafeSlow(Math.min(frame.length * GROWTH, this.#frameSize));
      frame.copy(this.#frame);
    }
    return taken;
  }

  #checkedSize(): number {
    const size = this.#size.readInt32BE();
    const smallest = this.takesTokens ? 0 : SMALLEST_REQUEST;
    if (size >= smallest && size <= this.maxRequestBytes) return size;
    throw new ProtocolError(
      'CORRUPT',
      `A request of ${size} bytes was announced; ${SMALLEST_REQUEST} to ${this.maxRequestBytes} are taken.`,
    );
  }
}
