import { Duplex } from 'node:stream';

type Written = (error?: Error | null) => void;

/** One end of a connection inside the process. It also takes the calls that clients make on sockets, which mean nothing here. */
export class PipeEnd extends Duplex {
  readonly remoteAddress: string = 'in-process';
  #other: PipeEnd | undefined;
  /** The other end waits until we have been read. */
  #written: Written | undefined;
  #ended = false;

  constructor() {
    super({ allowHalfOpen: false });
  }

  /** @internal */
  join(other: PipeEnd): void {
    this.#other = other;
  }

  override _read(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  override _write(chunk: Buffer, _: BufferEncoding, written: Written): void {
    const other = this.#other;
    // Lost, as what is sent to a socket whose end has not been noticed yet.
    if (other === undefined) written();
    // Later, as with a socket: clients are not prepared for an answer while they are still sending.
    else queueMicrotask(() => other.#take(chunk, written));
  }

  override _final(done: Written): void {
    const other = this.#other;
    if (other !== undefined) queueMicrotask(() => other.#end());
    done();
  }

  override _destroy(error: Error | null, done: Written): void {
    const other = this.#other;
    this.#other = undefined;
    this.#written?.();
    this.#written = undefined;
    if (other !== undefined) queueMicrotask(() => other.#partnerGone());
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #take(chunk: Buffer, written: Written): void {
    if (this.#ended || this.destroyed || this.push(chunk)) written();
    else this.#written = written;
  }

  #end(): void {
    if (this.#ended || this.destroyed) return;
    this.#ended = true;
    this.push(null);
  }

  #partnerGone(): void {
    this.#other = undefined;
    this.#end();
  }
}

/** Two ends: what is written into one is read from the other. */
export function pipe(): readonly [PipeEnd, PipeEnd] {
  const [one, other] = [new PipeEnd(), new PipeEnd()];
  one.join(other);
  other.join(one);
  return [one, other];
}
