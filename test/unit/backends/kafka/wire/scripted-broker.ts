import { createServer, type Server, type Socket } from 'node:net';

/** A request as it arrived; `body` begins behind the client id, so it holds the tag byte of a flexible header. */
export interface ReceivedRequest {
  readonly apiKey: number;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: Buffer;
  readonly socket: Socket;
  /** Sends a whole frame: length, correlation id, these bytes. */
  answer(body: Buffer): void;
}

export type VersionRange = readonly [apiKey: number, min: number, max: number];

export interface ScriptedBroker extends AsyncDisposable {
  readonly port: number;
  /** Sockets that were ever opened. */
  readonly sockets: readonly Socket[];
}

const API_VERSIONS = 18;

/** A peer on a real socket that says exactly what a test wants. It answers ApiVersions by itself, with `ranges`. */
export async function scriptedBroker(
  ranges: readonly VersionRange[],
  handle: (request: ReceivedRequest) => void = () => {},
): Promise<ScriptedBroker> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    readRequests(socket, (request) => {
      if (request.apiKey === API_VERSIONS) request.answer(apiVersions(ranges));
      else handle(request);
    });
  });
  const port = await listen(server);
  return {
    port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export function frame(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 4, 0);
  head.writeInt32BE(correlationId, 4);
  return Buffer.concat([head, body]);
}

function readRequests(socket: Socket, received: (request: ReceivedRequest) => void): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
      const end = 4 + waiting.readInt32BE(0);
      received(parse(waiting.subarray(4, end), socket));
      waiting = waiting.subarray(end);
    }
  });
}

function parse(bytes: Buffer, socket: Socket): ReceivedRequest {
  const correlationId = bytes.readInt32BE(4);
  const clientIdEnd = 10 + bytes.readInt16BE(8);
  return {
    apiKey: bytes.readInt16BE(0),
    version: bytes.readInt16BE(2),
    correlationId,
    clientId: bytes.toString('utf8', 10, clientIdEnd),
    body: bytes.subarray(clientIdEnd),
    socket,
    answer: (body) => socket.write(frame(correlationId, body)),
  };
}

function apiVersions(ranges: readonly VersionRange[]): Buffer {
  const body = Buffer.alloc(6 + ranges.length * 6);
  body.writeInt32BE(ranges.length, 2);
  for (const [i, range] of ranges.entries())
    for (const [j, number] of range.entries()) body.writeInt16BE(number, 6 + i * 6 + j * 2);
  return body;
}
