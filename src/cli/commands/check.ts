import { dirname } from 'node:path';
import type { Command } from 'commander';
import {
  type AppConfig,
  type ConsumerConfig,
  consumerName,
  readConfig,
} from '../../config/index.ts';
import { type AdminSession, PartitaError } from '../../core/index.ts';
import { configFileOr } from '../broker/broker-config.ts';
import { appOn, unlessStopped } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { deadLetterTopics } from '../dead-letter-topics.ts';
import { namedTopics } from '../named-topics.ts';
import { noteIgnored } from '../note-ignored.ts';
import { telemetryOf } from '../telemetry-of.ts';
import { counted } from '../terminal/counted.ts';
import { table } from '../terminal/output.ts';

/** Something that was looked at. */
interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly found: string;
}

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'configuration file (default: partita.* or app.* in this folder)')
    .option('--offline', 'checks the file and the modules it names; connects nothing')
    .addHelpText('after', examples);
  act(command, check);
}

const examples = `
Exit code 0 when all is well, 1 when the broker lacks something, 2 when the configuration is wrong.

Examples:
  partita check app.yaml
  partita check app.yaml --offline`;

async function check(
  { terminal, output }: CommandContext,
  file: string | undefined,
  { offline = false }: { readonly offline?: boolean },
): Promise<void> {
  const { env, folder, signal } = terminal;
  const path = configFileOr(file, folder);
  const config = await readConfig(path, { env });
  noteIgnored(config, terminal);
  await loadsModules(config);
  const checks: Check[] = [
    { what: 'configuration', ok: true, found: 'every setting and module is there' },
  ];
  if (!offline) {
    await using app = await appOn({ config, folder: dirname(path) });
    checks.push(...(await unlessStopped(signal, lookAt(app.admin(), config))));
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  output.document({ ok: failed === 0, checks }, () =>
    table(
      ['', 'CHECK', 'FOUND'],
      checks.map(({ ok, what, found }) => [ok ? 'ok' : 'FAILED', what, found]),
    ),
  );
  if (failed > 0)
    throw new PartitaError('UNAVAILABLE', `${failed} of ${checks.length} checks failed.`);
}

/** Makes the whole application, handlers and all, and throws it away: whatever is wrong with it is told. */
async function loadsModules(config: AppConfig): Promise<void> {
  const { appContainer, appFrom, configModule } = await import('../../di/index.ts');
  await using app = await appFrom(await appContainer(configModule(config)));
  // Loads the client library, and connects nothing yet.
  app.admin();
  await using _watched = await telemetryOf(onAnyPort(config));
}

/** The port of the configuration may be in use by the very application that is checked. */
function onAnyPort({ telemetry, ...rest }: AppConfig): AppConfig {
  if (telemetry?.prometheus === undefined) return { ...rest, ...(telemetry && { telemetry }) };
  const prometheus = { port: 0, host: '127.0.0.1' };
  return { ...rest, telemetry: { ...telemetry, prometheus } };
}

async function lookAt(admin: AdminSession, config: AppConfig): Promise<readonly Check[]> {
  const consumers = config.consumers ?? [];
  const named = new Set([
    ...consumers.flatMap(namedTopics),
    ...consumers.flatMap(deadLetterTopics),
  ]);
  const topics = [...named].map((topic) =>
    attempt(`topic ${topic}`, () => topicFound(admin, topic, chosenOf(consumers, topic))),
  );
  const groups = consumers.flatMap((consumer) => {
    const { group } = consumer;
    if (group === undefined) return [];
    return [
      attempt(`group ${group} of ${consumerName(consumer)}`, () =>
        groupFound(admin, group, namedTopics(consumer)),
      ),
    ];
  });
  const checks = await Promise.all([...topics, ...groups]);
  if (checks.length > 0) return checks;
  return [await attempt('broker', async () => counted((await admin.topics()).length, 'topic'))];
}

async function attempt(what: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { what, ok: true, found: await look() };
  } catch (error) {
    if (!PartitaError.is(error)) throw error;
    return { what, ok: false, found: error.message };
  }
}

/** Partitions that consumers have chosen of a topic. */
function chosenOf(consumers: readonly ConsumerConfig[], topic: string): readonly number[] {
  const readers = consumers.filter((consumer) => namedTopics(consumer).includes(topic));
  return readers.flatMap(({ partitions = [] }) => partitions);
}

async function topicFound(
  admin: AdminSession,
  topic: string,
  chosen: readonly number[],
): Promise<string> {
  const [found] = await admin.topics([topic]);
  const count = found?.partitions ?? 0;
  const missing = chosen.filter((partition) => partition >= count);
  if (missing.length > 0)
    throw new PartitaError(
      'UNKNOWN_PARTITION',
      `partition ${missing.join(', ')} is chosen, but there are 0 to ${count - 1}`,
    );
  return counted(count, 'partition');
}

async function groupFound(
  admin: AdminSession,
  group: string,
  topics: readonly string[],
): Promise<string> {
  const { members, state } = await admin.group(group);
  const committed = await admin.committed(group, topics.length > 0 ? topics : undefined);
  if (members.length === 0 && committed.length === 0) return 'new: no members, no positions';
  const positions = `positions in ${counted(committed.length, 'partition')}`;
  return `${state}, ${counted(members.length, 'member')}, ${positions}`;
}
