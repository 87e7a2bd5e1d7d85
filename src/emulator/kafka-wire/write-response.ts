import type { Socket } from 'node:net';

const NO_TAGS = 0;

/** Sends length, response header (version 1, with an empty tag section, when `tagged`; else 0) and body in one go. */
export function writeResponse(
  socket: Socket,
  { correlationId }: { readonly correlationId: number },
  body: Buffer,
  tagged: boolean,
): void {
  const header = Buffer.allocUnsafe(tagged ? 9 : 8);
  header.writeInt32BE(header.length - 4 + body.length, 0);
  header.writeInt32BE(correlationId, 4);
  if (tagged) header[8] = NO_TAGS;
  socket.cork();
  socket.write(header);
  socket.write(body);
  socket.uncork();
}
