import { once } from 'node:events';
import type { Duration } from '../../config/index.ts';
import { type AdminSession, type App, PartitaError } from '../../core/index.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type BrokerChoice, brokerConfig } from './broker-config.ts';
import type { BrokerFlags } from './broker-options.ts';

/** An application on the broker of the command line, without the consumers of the configuration. Put together by the container. */
export async function openApp(flags: BrokerFlags, terminal: Terminal): Promise<App> {
  return appOn(await brokerConfig(flags, terminal));
}

/** Somebody waits for the answer: a broker that cannot be reached is given up earlier than by an application. */
const startTimeout: Duration = '15s';

/** The same for a configuration that was read before. Who only looks needs no health endpoint, and leaves no traces. */
export async function appOn({ config, folder }: BrokerChoice): Promise<App> {
  const { consumers: _c, health: _h, telemetry: _t, middleware: _m, ...broker } = config;
  const { appContainer, appFrom, configModule } = await import('../../di/index.ts');
  const patient = { startTimeout, ...broker };
  return appFrom(await appContainer(configModule(patient, { baseFolder: folder })));
}

/** Works with topics and groups, then closes everything; a signal ends the wait. */
export async function withAdmin<T>(
  flags: BrokerFlags,
  terminal: Terminal,
  work: (admin: AdminSession, app: App) => Promise<T>,
): Promise<T> {
  await using app = await openApp(flags, terminal);
  return await unlessStopped(terminal.signal, work(app.admin(), app));
}

/** What a command waits for is given up when the process is asked to end. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const stopped = once(signal, 'abort', { signal: done.signal }).then(
    () => Promise.reject(new PartitaError('CLOSED', 'Stopped.')),
    () => new Promise<never>(() => {}),
  );
  if (signal.aborted) throw new PartitaError('CLOSED', 'Stopped.');
  try {
    return await Promise.race([work, stopped]);
  } finally {
    done.abort();
  }
}
