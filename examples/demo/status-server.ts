import { once } from 'node:events';
import { createServer } from 'node:http';
import { PartitaError } from 'partita';
import type { Audit } from './audit.ts';

/** Serves what the demo has seen so far as JSON. @throws PartitaError when the port is taken. */
export async function serveStatus(port: number, audit: Audit): Promise<AsyncDisposable> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(audit.verdict()));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'is taken' : 'cannot be used';
    throw new PartitaError(
      'INVALID_CONFIG',
      `Port ${port} ${why}: choose another one with --port, or leave it out.`,
      { cause },
    );
  }
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
