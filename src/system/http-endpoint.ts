import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PartitaError } from '../core/index.ts';

/** Something that listens for HTTP. */
export interface HttpEndpoint {
  /** `http://127.0.0.1:8080`, also when it listens on all addresses. */
  readonly url: string;
  /** Ends open connections, too. May be called again. */
  close(): Promise<void>;
}

/**
 * Serves HTTP on a port of this machine; 0 for any that is free.
 *
 * @param what begins the sentence that says why it was not started
 * @throws PartitaError `INVALID_CONFIG` when the port cannot be had.
 */
export async function httpEndpoint(
  what: string,
  { port, host }: { readonly port: number; readonly host: string },
  answer: RequestListener,
): Promise<HttpEndpoint> {
  const server = createServer(answer);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'is in use. Choose another port, or 0 for any free one'
        : `cannot be used (${code})`;
    throw new PartitaError('INVALID_CONFIG', `${what} was not started: ${host}:${port} ${why}.`, {
      cause,
    });
  }
  const { port: bound } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${name.includes(':') ? `[${name}]` : name}:${bound}`,
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
