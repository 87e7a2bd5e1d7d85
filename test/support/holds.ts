import { setTimeout as delay } from 'node:timers/promises';

/**
 * Watches that what a function returns stays the same for a while. For the world outside the process only, like `until`.
 *
 * @throws Error with both values, as soon as it changes.
 */
export async function holds(what: string, forMs: number, read: () => string): Promise<void> {
  const before = read();
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    await delay(50);
    const now = read();
    if (now !== before) throw new Error(`${what} changed: ${before} became ${now}`);
  }
}
