import type { AddressInfo, Server } from 'node:net';
import { PartitaError } from '../core/index.ts';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'does not belong to this machine',
  ENOTFOUND: 'cannot be resolved',
};

/** Resolves with the port when the server listens. @throws PartitaError `UNAVAILABLE` when the port cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const reason = reasons[cause.code ?? ''] ?? `cannot be listened on (${cause.code})`;
      reject(
        new PartitaError(
          'UNAVAILABLE',
          `The address ${host}:${port} ${reason}. Choose another port, or 0 for any free one.`,
          { cause },
        ),
      );
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
