import type { Writable } from 'node:stream';

const NO_TAGS = 0;

/** Sends length, response header (version 1, with an empty tag section, when `tagged`; else 0) and body in one go. */
export function writeResponse(
  socket: Writable,
  { correlationId }: { readonly correlationId: number },
  body: Buffer,
  tagged: boolean,
): void {
  const header = Buffer.allocUnsafe(tagged ? 9 : 8);
  header.writeInt32BE(header.length - 4 + body.length, 0);
  header.writeInt32BE(correlationId, 4);
  if (tagged) header[8] = NO_TAGS;
  writeTogether(socket, header, body);
}

/** Sends a token of a mechanism without a response header, as clients want it that shook hands in version 0. */
export function writeBareToken(socket: Writable, token: Buffer): void {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(token.length, 0);
  writeTogether(socket, length, token);
}

function writeTogether(socket: Writable, head: Buffer, body: Buffer): void {
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}
