import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { OpenBackend } from '../support/open-backend.ts';
import type { Ledger } from './ledger.ts';
import { payments } from './payments.ts';

export interface Worker {
  /** Ends it at once, whatever it is doing: nothing is finished, stored or told to the group. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** A process on Kafka, to be killed with `kill -9`; on brokers inside this process, something that ends like one. */
export async function startWorker(place: OpenBackend, ledger: Ledger): Promise<Worker> {
  if (place.brokers !== undefined) return startProcess(place.brokers);
  const app = payments(place.backend, ledger);
  await app.start();
  return { kill: () => app.crash(), stop: () => app.stop() };
}

function startProcess(brokers: readonly string[]): Worker {
  const env = { ...process.env, KAFKA_BROKERS: brokers.join() };
  const program = new URL('worker.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { env, stdio: 'inherit' });
  const ended = once(child, 'exit').then(([code]) => {
    if (code) throw new Error(`worker.ts ended with ${code}`);
  });
  const end = (signal: 'SIGKILL' | 'SIGTERM') => async () => {
    child.kill(signal);
    await ended;
  };
  return { kill: end('SIGKILL'), stop: end('SIGTERM') };
}
