type Cleanup = () => void;

const cleanups = new Set<Cleanup>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function runAll(): void {
  for (const cleanup of cleanups) {
    try {
      cleanup();
    } catch (error) {
      console.error('clean-up at exit failed:', error);
    }
  }
  cleanups.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  runAll();
  for (const name of signals) process.removeListener(name, onSignal);
  process.kill(process.pid, signal);
}

/**
 * Runs a clean-up when this process ends in any way but a kill -9: normally, by an error or by a signal. It has to be
 * synchronous, for nothing else is waited for any more.
 *
 * @returns a function that withdraws it, once the orderly way was taken
 */
export function atExit(cleanup: Cleanup): () => void {
  if (cleanups.size === 0 && !process.listeners('exit').includes(runAll)) {
    process.on('exit', runAll);
    for (const name of signals) process.prependListener(name, onSignal);
  }
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}
