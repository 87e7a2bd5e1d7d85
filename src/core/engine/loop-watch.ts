import type { Cancel, Clock } from '../model/clock.ts';

const tickMs = 500;
/** A timer this late means that something kept the event loop to itself. */
const toleratedMs = 1_000;

/** Notices when the event loop stood still: while it does, no heartbeat leaves this process. Returns how to end the watch. */
export function watchLoop(clock: Clock, blocked: (blockedMs: number) => void): Cancel {
  let dueAt = 0;
  let cancel: Cancel = () => {};
  const next = () => {
    dueAt = clock.now() + tickMs;
    cancel = clock.schedule(tickMs, tick);
  };
  const tick = () => {
    const lateMs = clock.now() - dueAt;
    if (lateMs >= toleratedMs) blocked(lateMs);
    next();
  };
  next();
  return () => cancel();
}
