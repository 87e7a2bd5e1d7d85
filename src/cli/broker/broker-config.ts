import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type AppConfig, checkConfig, readConfig } from '../../config/index.ts';
import { InvalidConfigError } from '../../core/index.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { BrokerFlags } from './broker-options.ts';
import { withNamedHubs } from './named-hubs.ts';

const names = ['partita', 'app'];
const extensions = ['yaml', 'yml', 'json', 'ts', 'mts', 'js', 'mjs'];

/** A configuration, and the folder that paths in it are seen from. */
export interface BrokerChoice {
  readonly config: AppConfig;
  readonly folder: string;
}

/**
 * The configuration that a command line means: the file it names, else the broker of its flags or of the environment, else the
 * file of this folder.
 */
export async function brokerConfig(flags: BrokerFlags, terminal: Terminal): Promise<BrokerChoice> {
  const { config, brokers, connectionString, storage, container = 'checkpoints' } = flags;
  const { env, folder } = terminal;
  if (config !== undefined) return fromFile(resolve(folder, config), env);
  if (brokers !== undefined && connectionString !== undefined)
    throw new InvalidConfigError('command line', [
      'both --brokers and --connection-string are given (or KAFKA_BROKERS and EVENTHUBS_CONNECTION_STRING); leave one out, or name a --config',
    ]);
  if (brokers !== undefined)
    return {
      config: checkConfig({ backend: 'kafka', kafka: { brokers: brokers.split(',') } }),
      folder,
    };
  if (connectionString !== undefined)
    return {
      folder,
      config: checkConfig({
        backend: 'eventhubs',
        eventhubs: {
          connectionString,
          ...(storage !== undefined && {
            checkpoints: { kind: 'blob', connectionString: storage, container },
          }),
        },
      }),
    };
  const found = configFileIn(folder);
  if (found !== undefined) return fromFile(found, env);
  throw new InvalidConfigError('command line', [
    'no broker is named: give --config <file>, --brokers <host:port> or --connection-string <text>, or go to a folder with a partita.yaml or app.yaml',
  ]);
}

async function fromFile(file: string, env: Terminal['env']): Promise<BrokerChoice> {
  return { config: withNamedHubs(await readConfig(file, { env })), folder: dirname(file) };
}

/** The configuration file of a folder, by its usual names. */
export function configFileIn(folder: string): string | undefined {
  return names
    .flatMap((name) => extensions.map((extension) => resolve(folder, `${name}.${extension}`)))
    .find((file) => existsSync(file));
}

/** The file of the command line, else the one of this folder. @throws InvalidConfigError when there is none. */
export function configFileOr(file: string | undefined, folder: string): string {
  if (file !== undefined) return resolve(folder, file);
  const found = configFileIn(folder);
  if (found !== undefined) return found;
  throw new InvalidConfigError('command line', [
    `no configuration file is named, and ${folder} has no partita.yaml or app.yaml`,
  ]);
}
