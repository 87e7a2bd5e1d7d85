import { once } from 'node:events';
import { createServer } from 'node:http';
import { PartitaError } from 'partita';
import type { Audit } from './audit.ts';

/** Serves what the demo has seen so far as JSON, by backend. @throws PartitaError when the port is taken. */
export async function serveStatus(
  port: number,
  audits: ReadonlyMap<string, Audit>,
): Promise<AsyncDisposable> {
  const server = createServer((_request, response) => {
    const verdicts = [...audits].map(([backend, audit]) => [backend, audit.verdict()]);
    const body = JSON.stringify(Object.fromEntries(verdicts));
    response.setHeader('content-type', 'application/json').end(body);
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
