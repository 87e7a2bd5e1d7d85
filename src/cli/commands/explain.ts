import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type AppConfig, explain, readConfig } from '../../config/index.ts';
import { type AdminSession, PartitaError } from '../../core/index.ts';
import { positiveNumber } from '../arguments.ts';
import { configFileOr } from '../broker/broker-config.ts';
import { appOn, unlessStopped } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { deadLetterTopics } from '../dead-letter-topics.ts';
import { namedTopics } from '../named-topics.ts';
import { noteIgnored } from '../note-ignored.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ExplainFlags {
  readonly processes?: number;
  readonly before?: string;
  readonly partitions?: Readonly<Record<string, number>>;
  readonly connect?: boolean;
}

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'configuration file (default: partita.* or app.* in this folder)')
    .option('--processes <number>', 'how many processes run with it', positiveNumber)
    .option(
      '--partitions <topic=number>',
      'how many partitions a topic has; may be repeated',
      partitionCount,
    )
    .option('--connect', 'asks the broker for that')
    .option('--before <file>', 'the configuration that runs now: warns of changes that need care')
    .addHelpText('after', examples);
  act(command, explainFile);
}

const examples = `
Reads the file and nothing else: no module is loaded, and without --connect nothing is connected.

Examples:
  partita explain app.yaml
  partita explain app.yaml --before app.running.yaml --processes 6
  partita explain app.yaml --processes 6 --connect`;

function partitionCount(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, topic = '', count] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Give topic=number.');
  return { ...before, [topic]: Number(count) };
}

async function explainFile(
  { terminal, output }: CommandContext,
  file: string | undefined,
  { processes, before, partitions, connect = false }: ExplainFlags,
): Promise<void> {
  const { env, folder } = terminal;
  const path = configFileOr(file, folder);
  const config = await readConfig(path, { env });
  noteIgnored(config, terminal);
  const running =
    before === undefined ? undefined : await readConfig(resolve(folder, before), { env });
  const found = connect ? await countsOf(config, dirname(path), terminal) : {};
  const { lines, warnings } = explain(config, {
    partitions: { ...found, ...partitions },
    ...(processes !== undefined && { processes }),
    ...(running !== undefined && { before: running }),
  });
  output.document({ lines, warnings }, () =>
    [
      ...lines,
      ...(warnings.length === 0 ? [] : ['', 'Warnings:']),
      ...warnings.map(({ path, text }) => `  ${path}: ${text}`),
    ].join('\n'),
  );
}

/** Partitions of all topics that are named; 0 for those that do not exist. */
async function countsOf(
  config: AppConfig,
  folder: string,
  { signal }: Terminal,
): Promise<Readonly<Record<string, number>>> {
  const consumers = config.consumers ?? [];
  const topics = [
    ...new Set(
      consumers.flatMap((consumer) => [...namedTopics(consumer), ...deadLetterTopics(consumer)]),
    ),
  ];
  await using app = await appOn({ config, folder });
  const admin = app.admin();
  const counted = topics.map(async (topic) => [topic, await countOf(admin, topic)] as const);
  return Object.fromEntries(await unlessStopped(signal, Promise.all(counted)));
}

async function countOf(admin: AdminSession, topic: string): Promise<number> {
  try {
    const [found] = await admin.topics([topic]);
    return found?.partitions ?? 0;
  } catch (error) {
    if (PartitaError.is(error) && error.code === 'UNKNOWN_TOPIC') return 0;
    throw error;
  }
}
