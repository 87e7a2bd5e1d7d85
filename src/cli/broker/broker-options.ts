import { type Command, Option } from 'commander';

/** How a command line says which broker it means. */
export interface BrokerFlags {
  readonly config?: string;
  readonly brokers?: string;
  readonly connectionString?: string;
  readonly storage?: string;
  readonly container?: string;
}

/** The options that every command with a broker has. */
export function addBrokerOptions(command: Command): Command {
  return command
    .optionsGroup('Broker (a configuration file, or one of the others):')
    .option(
      '-c, --config <file>',
      'configuration file (default: partita.* or app.* in this folder)',
    )
    .addOption(
      new Option('-b, --brokers <host:port,...>', 'Apache Kafka without credentials').env(
        'KAFKA_BROKERS',
      ),
    )
    .addOption(
      new Option(
        '--connection-string <text>',
        'Azure Event Hubs: connection string of the namespace',
      ).env('EVENTHUBS_CONNECTION_STRING'),
    )
    .addOption(
      new Option(
        '--storage <text>',
        'Azure Event Hubs: connection string of the storage account with the positions of its groups',
      ).env('STORAGE_CONNECTION_STRING'),
    )
    .option('--container <name>', 'container of that account (default: checkpoints)')
    .optionsGroup('Options:');
}
