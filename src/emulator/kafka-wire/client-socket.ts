import type { Duplex } from 'node:stream';

/** The broker's end of a connection: a socket, one with TLS, or a pipe inside the process. */
export interface ClientSocket extends Duplex {
  readonly remoteAddress?: string | undefined;
  setNoDelay?(on: boolean): unknown;
}
