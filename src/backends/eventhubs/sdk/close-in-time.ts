import { type BackendEnv, sleep } from '../../../core/index.ts';

/** A close is a few messages there and back. */
const CLOSE_MS = 3_000;

/**
 * Closes a client or a receiver of the SDK. Where the connection is cut meanwhile the SDK waits for an answer for ever, and what
 * cannot be closed properly ends with its connection: so neither is anybody's trouble.
 */
export async function closeInTime(
  part: { close(): Promise<void> },
  { clock, log }: Pick<BackendEnv, 'clock' | 'log'>,
): Promise<void> {
  const closed = new AbortController();
  const closing = part
    .close()
    .catch((error: unknown) => log.debug('a part of @azure/event-hubs did not close', { error }))
    .finally(() => closed.abort());
  await Promise.race([closing, sleep(clock, CLOSE_MS, closed.signal)]);
}
