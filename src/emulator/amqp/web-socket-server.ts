import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PartitaError } from '../../core/index.ts';
import { reportHandshakes, type Serve, type TlsIdentity } from './socket-server.ts';

/** Where the service takes WebSockets; some SDKs add a slash. */
const PATH = /^\/\$servicebus\/websocket\/?(\?|$)/i;
/** Subprotocols that carry AMQP: what the SDKs ask for, and what the standard says. */
const PROTOCOLS = ['AMQPWSB10', 'amqp'];

/** What we use of the package ws. */
interface WebSockets {
  readonly WebSocketServer: new (options: {
    readonly noServer: true;
    readonly perMessageDeflate: false;
    handleProtocols(offered: ReadonlySet<string>): string | false;
  }) => {
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Uint8Array,
      done: (webSocket: object) => void,
    ): void;
  };
  createWebSocketStream(webSocket: object): Duplex;
}

/**
 * AMQP in WebSockets, with TLS: the SDKs know no other.
 *
 * @throws PartitaError `MISSING_PEER` when the package ws is not installed.
 */
export function webSocketServer(identity: TlsIdentity, load?: Load): Serve {
  const { WebSocketServer, createWebSocketStream } = loadWs(load);
  return (accept, log) => {
    const server = reportHandshakes(createServer(identity), log);
    const webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: (offered) => PROTOCOLS.find((name) => offered.has(name)) ?? false,
    });
    server.on('request', (_, response) => response.writeHead(426, { upgrade: 'websocket' }).end());
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Uint8Array) => {
      if (!PATH.test(request.url ?? '')) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      socket.setNoDelay(true);
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const stream = createWebSocketStream(webSocket);
        // Closed by the client, so there is nobody to write to.
        stream.once('end', () => stream.destroy());
        accept({ stream, cut: () => socket.destroy() });
      });
    });
    return server;
  };
}

type Load = (id: string) => unknown;

function loadWs(load: Load = createRequire(import.meta.url)): WebSockets {
  try {
    return load('ws') as WebSockets;
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'webSocketPort needs the package ws, which is not installed: npm install --save-dev ws',
      { cause },
    );
  }
}
