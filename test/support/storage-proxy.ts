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

export interface StorageRequest {
  readonly method: string;
  readonly url: string;
}

export type ChangeAnswer = (asked: StorageRequest, answer: StorageAnswer) => void;

/** `cut`: the connection ends without an answer. A number: the storage is not asked, and this is the status of the answer. */
export type Refusal = 'cut' | number | undefined;

/** The header that says why, as the storage has it for writes. */
export function errorCode(status: number): IncomingHttpHeaders {
  const codes: Readonly<Record<number, string>> = {
    409: 'BlobAlreadyExists',
    412: 'ConditionNotMet',
    503: 'ServerBusy',
  };
  const code = codes[status];
  return code === undefined ? {} : { 'x-ms-error-code': code };
}

/** Stands between a client and blob storage, refuses what is asked, and changes what comes back. */
export class StorageProxy implements AsyncDisposable {
  change: ChangeAnswer = () => {};
  /** Decides, in its own time, what does not get through to the storage. */
  refuse: (asked: StorageRequest) => Refusal | Promise<Refusal> = () => undefined;
  readonly #server: Server;
  readonly #storage: Pick<Storage, 'port' | 'connectionString'>;

  constructor(storage: Pick<Storage, 'port' | 'connectionString'>) {
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
    const what = { method: asked.method ?? '', url: asked.url ?? '' };
    const refusal = await this.refuse(what);
    if (refusal === 'cut') {
      reply.destroy();
      return;
    }
    if (refusal !== undefined) {
      asked.resume();
      reply.writeHead(refusal, { 'content-length': 0, ...errorCode(refusal) }).end();
      return;
    }
    const answer = await this.#forward(asked);
    this.change(what, answer);
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
