import type { Command } from 'commander';
import { consumerName, readConfig } from '../../config/index.ts';
import { repeated } from '../arguments.ts';
import { configFileOr } from '../broker/broker-config.ts';
import type { Act, CommandContext } from '../command.ts';
import { containerModules } from '../container-modules.ts';

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
  const { env, folder } = terminal;
  const config = await readConfig(configFileOr(file, folder), { env });
  const { appContainer, appFrom, configModule } = await import('../../di/index.ts');
  const modules = await containerModules(files, folder);
  const container = await appContainer(configModule(config), ...modules);
  await using app = await appFrom(container);
  const consumers = (config.consumers ?? []).map(consumerName);
  const stop = () => void app.stop();
  terminal.signal.addEventListener('abort', stop);
  const running = app.run();
  const joined = Promise.all(app.consumers.map((consumer) => consumer.joined));
  await Promise.race([running, joined]);
  const state = { state: 'running', backend: config.backend, consumers };
  output.item(
    state,
    () => `running on ${config.backend}: ${consumers.join(', ') || 'no consumers'}`,
  );
  await running;
  output.item({ state: 'stopped' }, () => 'stopped');
}
