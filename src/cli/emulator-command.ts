import { once } from 'node:events';
import { InvalidConfigError } from '../core/index.ts';
import {
  type Emulator,
  type HubDefinition,
  readConfigFile,
  type Storage,
  startEmulator,
  startStorage,
} from '../emulator/index.ts';
import { stderrLogger } from '../system/stderr-logger.ts';
import type { Command, CommandValues } from './command.ts';

const help = `partita emulator [options]

Serves Azure Event Hubs on this machine. Prints what to connect with, one NAME=value a line, then "ready".

  --hub <name:partitions:group,group>  a hub to serve; may be repeated
  --config <Config.json>               hubs as the official emulator's configuration lists them
  --port <number>                      AMQP over TCP (5672; 0 for any free port)
  --host <address>                     address to listen on (127.0.0.1)
  --tls-port <number>                  AMQP over TLS as well, with a certificate made at start
  --websocket-port <number>            AMQP in WebSockets as well, with a certificate made at start
  --control-port <number>              faults and state over HTTP
  --with-storage                       starts Azurite beside it, for checkpoints
  --max-partition-bytes <number>       bytes kept per partition (67108864)
  --retention-ms <number>              how long events are kept (3600000)`;

export const emulatorCommand: Command = {
  help,
  options: {
    hub: { type: 'string', multiple: true },
    config: { type: 'string' },
    port: { type: 'string', default: '5672' },
    host: { type: 'string' },
    'tls-port': { type: 'string' },
    'websocket-port': { type: 'string' },
    'control-port': { type: 'string' },
    'with-storage': { type: 'boolean' },
    'max-partition-bytes': { type: 'string' },
    'retention-ms': { type: 'string' },
  },
  async run(values, { print, signal }) {
    await using emulator = await startEmulator({
      ...numbersOf(values),
      ...(typeof values.host === 'string' && { host: values.host }),
      hubs: await hubsOf(values),
      logger: stderrLogger,
    });
    await using storage = values['with-storage'] === true ? await startStorage() : undefined;
    for (const line of linesFor(emulator, storage)) print(line);
    print('ready');
    if (!signal.aborted) await once(signal, 'abort');
  },
};

async function hubsOf({ hub, config }: CommandValues): Promise<(HubDefinition | string)[]> {
  const given = Array.isArray(hub) ? hub.map(String) : [];
  const configured = typeof config === 'string' ? await readConfigFile(config) : [];
  if (given.length + configured.length > 0) return [...configured, ...given];
  throw new InvalidConfigError('command line', ['give at least one --hub, or a --config']);
}

/** The numbers among the options, by the names the emulator has for them. */
function numbersOf(values: CommandValues): Record<string, number> {
  const names = {
    port: 'port',
    'tls-port': 'tlsPort',
    'websocket-port': 'webSocketPort',
    'control-port': 'controlPort',
    'max-partition-bytes': 'maxPartitionBytes',
    'retention-ms': 'retentionMs',
  };
  const given = Object.entries(names).filter(([option]) => values[option] !== undefined);
  const wrong = given.filter(([option]) => !/^\d+$/.test(String(values[option])));
  if (wrong.length > 0) {
    const problems = wrong.map(([option]) => `--${option} is '${values[option]}'; give a number`);
    throw new InvalidConfigError('command line', problems);
  }
  return Object.fromEntries(given.map(([option, name]) => [name, Number(values[option])]));
}

function linesFor(emulator: Emulator, storage: Storage | undefined): string[] {
  const variables = {
    EVENTHUBS_CONNECTION_STRING: emulator.connectionString,
    EVENTHUBS_TLS_CONNECTION_STRING: emulator.tlsConnectionString,
    EVENTHUBS_WEBSOCKET_CONNECTION_STRING: emulator.webSocketConnectionString,
    EVENTHUBS_CERTIFICATE: emulator.certificatePath,
    EMULATOR_CONTROL_URL: emulator.controlUrl,
    STORAGE_CONNECTION_STRING: storage?.connectionString,
  };
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
}
