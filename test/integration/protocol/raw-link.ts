import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Api } from '../../../src/protocol/index.ts';
import { Writer } from '../../../src/protocol/writer.ts';

/** The least that speaks to a broker: one plain socket, one request at a time. */
export class RawLink {
  readonly #socket: Duplex;
  readonly #chunks: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);

  constructor(socket: Duplex) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  static async open(address: string): Promise<RawLink> {
    const [host = '', port] = address.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    return new RawLink(socket);
  }

  async send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    version: number,
  ): Promise<Response> {
    const flexible = version >= api.flexibleFrom;
    const header = new Writer();
    header.int16(api.key);
    header.int16(version);
    header.int32(1);
    header.nullableString('raw');
    if (flexible) header.int8(0);
    const payload = Buffer.concat([header.finish(), api.encode(request, version)]);
    const length = Buffer.alloc(4);
    length.writeInt32BE(payload.length);
    this.#socket.write(Buffer.concat([length, payload]));
    const size = (await this.#take(4)).readInt32BE();
    const frame = await this.#take(size);
    return api.decode(frame.subarray(flexible ? 5 : 4), version);
  }

  /** A frame without a header, and what comes back: tokens of a mechanism after SaslHandshake v0. */
  async exchangeToken(token: Buffer): Promise<Buffer> {
    const length = Buffer.alloc(4);
    length.writeInt32BE(token.length);
    this.#socket.write(Buffer.concat([length, token]));
    return this.#take((await this.#take(4)).readInt32BE());
  }

  close(): void {
    this.#socket.destroy();
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes) {
      const { done, value } = await this.#chunks.next();
      if (done === true) throw new Error('the broker closed the connection');
      this.#received = Buffer.concat([this.#received, value]);
    }
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }
}
