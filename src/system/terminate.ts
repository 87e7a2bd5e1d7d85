import type { Cancel } from '../core/index.ts';

/** Calls back for each SIGTERM or SIGINT, instead of Node's default of ending at once, until cancelled. */
export function onTerminate(terminate: () => void): Cancel {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, terminate);
  return () => {
    for (const signal of signals) process.off(signal, terminate);
  };
}
