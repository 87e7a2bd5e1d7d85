import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition holds, looking again every few milliseconds. For the world outside the process only: whatever
 * runs on a `Clock` is waited for by moving that clock.
 *
 * @throws Error naming what was waited for, after `timeoutMs`.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 30_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await delay(everyMs);
  }
}
