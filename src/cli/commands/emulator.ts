import { once } from 'node:events';
import type { Command } from 'commander';
import { InvalidConfigError } from '../../core/index.ts';
import {
  type Emulator,
  type HubDefinition,
  readConfigFile,
  type Storage,
  startEmulator,
  startStorage,
} from '../../emulator/index.ts';
import { stderrLogger } from '../../system/stderr-logger.ts';
import { portNumber, repeated, wholeNumber } from '../arguments.ts';
import type { Act, CommandContext } from '../command.ts';
import { createContainer } from '../storage-container.ts';

interface EmulatorFlags {
  readonly hub?: readonly string[];
  readonly config?: string;
  readonly port: number;
  readonly host?: string;
  readonly tlsPort?: number;
  readonly websocketPort?: number;
  readonly kafkaPort?: number;
  readonly controlPort?: number;
  readonly withStorage?: boolean;
  readonly folder?: string;
  readonly maxPartitionBytes?: number;
  readonly maxBytes?: number;
  readonly retentionMs?: number;
}

export function define(command: Command, act: Act): void {
  command
    .description(
      'Serves Azure Event Hubs on this machine, and Kafka on the same log. Prints what to connect with, one NAME=value a line, then "ready".',
    )
    .option('--hub <name:partitions:group,group...>', 'a hub to serve; may be repeated', repeated)
    .option('--config <Config.json>', "hubs as the official emulator's configuration lists them")
    .option('--port <number>', 'AMQP over TCP; 0 for any free port', portNumber, 5672)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '--tls-port <number>',
      'AMQP over TLS as well, with a certificate made at start',
      portNumber,
    )
    .option(
      '--websocket-port <number>',
      'AMQP in WebSockets as well, with a certificate made at start',
      portNumber,
    )
    .option(
      '--kafka-port <number>',
      'Kafka as well, on the same log: hubs are its topics',
      portNumber,
    )
    .option('--control-port <number>', 'faults and state over HTTP', portNumber)
    .option('--with-storage', 'starts Azurite beside it, with a container checkpoints')
    .option('--folder <path>', 'keeps what was sent across restarts (default: nothing is kept)')
    .option(
      '--max-partition-bytes <number>',
      'bytes kept per partition (default: 67108864)',
      wholeNumber,
    )
    .option(
      '--max-bytes <number>',
      'bytes kept in memory by all partitions together (default: 1073741824)',
      wholeNumber,
    )
    .option('--retention-ms <number>', 'how long events are kept (default: 3600000)', wholeNumber)
    .addHelpText('after', examples);
  act(command, serve);
}

const examples = `
Examples:
  partita emulator --hub orders:4:billing,shipping --with-storage
  partita emulator --config Config.json --folder ./data --json
  partita emulator --hub orders:4 --port 5672 --kafka-port 9092 --control-port 8080`;

async function serve({ terminal, output }: CommandContext, flags: EmulatorFlags): Promise<void> {
  const { hub: _hub, config: _config, withStorage, websocketPort, ...rest } = flags;
  const names = [
    'port',
    'host',
    'tlsPort',
    'kafkaPort',
    'controlPort',
    'folder',
    'maxPartitionBytes',
    'maxBytes',
    'retentionMs',
  ];
  const given = Object.entries(rest).filter(([name]) => names.includes(name));
  await using emulator = await startEmulator({
    ...Object.fromEntries(given),
    ...(websocketPort !== undefined && { webSocketPort: websocketPort }),
    hubs: await hubsOf(flags),
    logger: stderrLogger,
  });
  await using storage = withStorage === true ? await startStorage() : undefined;
  // Where the other commands look for groups: nobody has to make it by hand.
  if (storage !== undefined) await createContainer(storage.connectionString, 'checkpoints');
  const variables = variablesFor(emulator, storage);
  output.item(variables, () =>
    [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), 'ready'].join('\n'),
  );
  if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
}

async function hubsOf(flags: EmulatorFlags): Promise<(HubDefinition | string)[]> {
  const { hub = [], config, folder, kafkaPort } = flags;
  const configured = config === undefined ? [] : await readConfigFile(config);
  // What a folder keeps is served too, and Kafka clients make topics themselves.
  const mayBeNone = folder !== undefined || kafkaPort !== undefined;
  if (hub.length + configured.length > 0 || mayBeNone) return [...configured, ...hub];
  throw new InvalidConfigError('command line', ['give at least one --hub, or a --config']);
}

function variablesFor(
  emulator: Emulator,
  storage: Storage | undefined,
): Readonly<Record<string, string>> {
  const variables = {
    EVENTHUBS_CONNECTION_STRING: emulator.connectionString,
    EVENTHUBS_TLS_CONNECTION_STRING: emulator.tlsConnectionString,
    EVENTHUBS_WEBSOCKET_CONNECTION_STRING: emulator.webSocketConnectionString,
    EVENTHUBS_CERTIFICATE: emulator.certificatePath,
    KAFKA_BOOTSTRAP: emulator.kafkaBootstrap,
    EMULATOR_CONTROL_URL: emulator.controlUrl,
    STORAGE_CONNECTION_STRING: storage?.connectionString,
  };
  const given = Object.entries(variables).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}
