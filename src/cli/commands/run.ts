import type { Command } from 'commander';
import { type AppConfig, consumerName, readConfig, toMs } from '../../config/index.ts';
import type { App } from '../../core/index.ts';
import type { HealthServer } from '../../health/index.ts';
import { repeated } from '../arguments.ts';
import { atKey } from '../at-key.ts';
import { configFileOr } from '../broker/broker-config.ts';
import type { Act, CommandContext } from '../command.ts';
import { containerModules } from '../container-modules.ts';
import { noteIgnored } from '../note-ignored.ts';
import { telemetryOf } from '../telemetry-of.ts';

interface RunFlags {
  readonly module?: readonly string[];
}

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'configuration file (default: partita.* or app.* in this folder)')
    .option(
      '-m, --module <file>',
      'binds or rebinds parts: a module whose default export is one inversify module, or a list of them; may be repeated',
      repeated,
    )
    .addHelpText('after', examples);
  act(command, run);
}

const examples = `
Ends on SIGTERM or SIGINT: drains handlers, stores positions, leaves the groups. A second signal does not wait for handlers.
Exit code 0 after a clean stop, 1 when the application cannot go on, 2 when the configuration is wrong: nothing was started then.

Examples:
  partita run app.yaml
  PARTITA_BACKEND=memory partita run app.yaml --module ./parts.ts`;

async function run(
  { terminal, output }: CommandContext,
  file: string | undefined,
  { module: files = [] }: RunFlags,
): Promise<void> {
  const { env, folder, signal } = terminal;
  const config = await readConfig(configFileOr(file, folder), { env });
  noteIgnored(config, terminal);
  const { appContainer, appFrom, configModule, tokens } = await import('../../di/index.ts');
  const modules = await containerModules(files, folder);
  await using container = await appContainer(configModule(config), ...modules);
  await using watched = await telemetryOf(config);
  if (watched.telemetry !== undefined && !container.isBound(tokens.telemetry))
    container.bind(tokens.telemetry).toConstantValue(watched.telemetry);
  await using app = await appFrom(container);
  await using health = await healthOf(app, config);
  const stopped = () => output.item({ state: 'stopped' }, () => 'stopped');
  // The request may have come while all this was loaded; nobody repeats it.
  if (signal.aborted) return stopped();
  const stop = () => void app.stop();
  signal.addEventListener('abort', stop);
  const running = app.run();
  // A consumer that cannot join ends the application, which knows better why.
  await Promise.race([running, allJoined(app).catch(() => running)]);
  const state = {
    state: 'running',
    backend: config.backend,
    consumers: (config.consumers ?? []).map(consumerName),
    ...(health !== undefined && { health: health.url }),
    ...(watched.metricsUrl !== undefined && { metrics: watched.metricsUrl }),
  };
  output.item(state, () => describe(state));
  await running;
  stopped();
}

async function healthOf(app: App, { health }: AppConfig): Promise<HealthServer | undefined> {
  if (health === undefined) return undefined;
  const { serveHealth } = await import('../../health/index.ts');
  const { stuckAfter, ...options } = health;
  const limits = stuckAfter === undefined ? {} : { stuckAfterMs: toMs(stuckAfter) };
  return atKey('health.port', () => serveHealth(app, { ...options, ...limits }));
}

/** Consumers are there once the application has begun to start. */
async function allJoined(app: App): Promise<void> {
  await Promise.resolve();
  await Promise.all(app.consumers.map((consumer) => consumer.joined));
}

function describe(state: {
  readonly backend: string;
  readonly consumers: readonly string[];
  readonly health?: string;
  readonly metrics?: string;
}): string {
  const { backend, consumers, health, metrics } = state;
  return [
    `running on ${backend}: ${consumers.join(', ') || 'no consumers'}`,
    ...(health === undefined ? [] : [`health at ${health}/live and ${health}/ready`]),
    ...(metrics === undefined ? [] : [`metrics at ${metrics}`]),
  ].join('\n');
}
