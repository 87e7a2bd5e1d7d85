import type { Command } from 'commander';
import { InvalidConfigError, type NewTopic } from '../../core/index.ts';
import { pair, positiveNumber } from '../arguments.ts';
import { brokerConfig } from '../broker/broker-config.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { appOn, unlessStopped, withAdmin } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { withExamples } from '../examples.ts';
import { rangesOf } from '../partition-ranges.ts';
import { counted } from '../terminal/counted.ts';
import { table } from '../terminal/output.ts';

interface CreateFlags extends BrokerFlags {
  readonly partitions: number;
  readonly replicationFactor?: number;
  readonly setting?: Readonly<Record<string, string>>;
}

export function define(command: Command, act: Act): void {
  const sub = (name: string, summary: string, ...examples: readonly string[]) =>
    addBrokerOptions(withExamples(command.command(name).description(summary), ...examples));
  const list = sub(
    'list',
    'lists all topics',
    'topics list --brokers localhost:9092',
    'topics list --json',
  );
  act(list, listTopics);
  const describe = sub(
    'describe',
    'shows the partitions of a topic, and where their logs begin and end',
    'topics describe orders --brokers localhost:9092',
    'topics describe orders --config app.yaml --json',
  );
  act(describe.argument('<topic>', 'its name'), describeTopic);
  defineCreate(command, act);
  const remove = command
    .command('delete')
    .description('deletes a topic with all its records')
    .argument('<topic>', 'its name')
    .option('--yes', 'required: that is meant');
  act(addBrokerOptions(withExamples(remove, 'topics delete orders --yes')), deleteTopic);
  const add = sub(
    'add-partitions',
    'raises the number of partitions; keys may get other partitions from then on',
    'topics add-partitions orders 16 --brokers localhost:9092',
  )
    .argument('<topic>', 'its name')
    .argument('<partitions>', 'how many there are afterwards', positiveNumber);
  act(add, addPartitions);
  command.addHelpText('after', examples);
}

function defineCreate(command: Command, act: Act): void {
  const create = command
    .command('create')
    .description('creates a topic')
    .argument('<topic>', 'its name')
    .requiredOption('-p, --partitions <number>', 'required: how many partitions', positiveNumber)
    .option(
      '--replication-factor <number>',
      "replicas of each (default: the broker's)",
      positiveNumber,
    )
    .option(
      '--setting <name=value>',
      'a setting in the words of the broker; may be repeated',
      pair,
    );
  const createExamples = [
    'topics create orders --partitions 12 --brokers localhost:9092',
    'topics create prices -p 6 --replication-factor 3 --setting cleanup.policy=compact',
  ];
  act(addBrokerOptions(withExamples(create, ...createExamples)), createTopic);
}

const examples = `
Examples:
  partita topics list --brokers localhost:9092
  partita topics describe orders --config app.yaml --json
  partita topics create orders --partitions 12 --setting cleanup.policy=compact
  partita topics add-partitions orders 16
  partita topics delete orders --yes`;

async function listTopics({ terminal, output }: CommandContext, flags: BrokerFlags): Promise<void> {
  const choice = await brokerConfig(flags, terminal);
  await using app = await appOn(choice);
  const topics = await unlessStopped(terminal.signal, app.admin().topics());
  const sorted = [...topics].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  const document = sorted.map(({ topic, partitions, replicationFactor = null }) => ({
    topic,
    partitions,
    // Event Hubs does not say.
    replicationFactor,
  }));
  output.document(document, () =>
    sorted.length === 0
      ? (none[choice.config.backend] ?? 'No topics.')
      : table(
          ['TOPIC', 'PARTITIONS', 'REPLICAS'],
          sorted.map(({ topic, partitions, replicationFactor }) => [
            topic,
            partitions,
            replicationFactor,
          ]),
        ),
  );
}

const none: Readonly<Record<string, string>> = {
  eventhubs:
    'No event hubs are named. The service lists none: name them in a configuration, as topics of consumers or under eventhubs.hubs, or ask for one by topics describe.',
  memory: 'No topics. The memory backend keeps them for as long as its process runs.',
};

async function describeTopic(
  { terminal, output }: CommandContext,
  topic: string,
  flags: BrokerFlags,
): Promise<void> {
  const partitions = await withAdmin(flags, terminal, async (admin) => {
    await admin.topics([topic]);
    return rangesOf(admin, topic);
  });
  output.document({ topic, partitions }, () =>
    table(
      ['PARTITION', 'BEGIN', 'END', 'OFFSETS'],
      partitions.map(({ partition, begin, end }) => [partition, begin, end, end - begin]),
    ),
  );
}

async function createTopic(
  { terminal, output }: CommandContext,
  topic: string,
  { partitions, replicationFactor, setting, ...flags }: CreateFlags,
): Promise<void> {
  const wanted: NewTopic = {
    topic,
    partitions,
    ...(replicationFactor !== undefined && { replicationFactor }),
    ...(setting !== undefined && { config: setting }),
  };
  await withAdmin(flags, terminal, (admin) => admin.createTopic(wanted));
  output.document(wanted, () => `Created ${topic} with ${counted(partitions, 'partition')}.`);
}

async function deleteTopic(
  { terminal, output }: CommandContext,
  topic: string,
  { yes, ...flags }: BrokerFlags & { readonly yes?: boolean },
): Promise<void> {
  if (yes !== true)
    throw new InvalidConfigError('command line', [
      `deleting ${topic} deletes all its records; say --yes if that is meant`,
    ]);
  await withAdmin(flags, terminal, (admin) => admin.deleteTopic(topic));
  output.document({ topic, deleted: true }, () => `Deleted ${topic}.`);
}

async function addPartitions(
  { terminal, output }: CommandContext,
  topic: string,
  partitions: number,
  flags: BrokerFlags,
): Promise<void> {
  await withAdmin(flags, terminal, (admin) => admin.addPartitions(topic, partitions));
  output.document(
    { topic, partitions },
    () => `${topic} has ${counted(partitions, 'partition')} now.`,
  );
}
