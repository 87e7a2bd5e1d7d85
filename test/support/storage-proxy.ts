import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Storage } from '../../src/emulator/index.ts';

export interface StorageAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type ChangeAnswer = (asked: { method: string; url: string }, answer: StorageAnswer) => void;

/** Stands between a client and blob storage, and changes what comes back. */
export class StorageProxy implements AsyncDisposable {
  change: ChangeAnswer = () => {};
  readonly #server: Server;
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#server = createServer((asked, reply) => {
      this.#serve(asked, reply).catch((error: Error) => reply.destroy(error));
    });
  }

  /** The connection string of the storage, through this. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return this.#storage.connectionString.replace(`:${this.#storage.port}/`, `:${port}/`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const answer = await this.#forward(asked);
    this.change({ method: asked.method ?? '', url: asked.url ?? '' }, answer);
    const { 'transfer-encoding': _, 'content-length': __, ...headers } = answer.headers;
    reply.writeHead(answer.status, { ...headers, 'content-length': answer.body.length });
    reply.end(answer.body);
  }

  async #forward(asked: IncomingMessage): Promise<StorageAnswer> {
    const { method, url, headers } = asked;
    const forwarded = request({
      host: '127.0.0.1',
      port: this.#storage.port,
      method,
      path: url,
      headers,
    });
    asked.pipe(forwarded);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const body = Buffer.concat(await answer.toArray());
    return { status: answer.statusCode ?? 0, headers: answer.headers, body };
  }
}
