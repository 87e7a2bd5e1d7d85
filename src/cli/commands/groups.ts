import type { Command } from 'commander';
import {
  type AdminSession,
  type App,
  formatPartition,
  type GroupDescription,
} from '../../core/index.ts';
import { realClock } from '../../system/real-clock.ts';
import { repeated } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { withAdmin } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { withExamples } from '../examples.ts';
import { checkGroupKnown, type GroupPosition, groupPositions } from '../group-positions.ts';
import { counted } from '../terminal/counted.ts';
import { table } from '../terminal/output.ts';
import { secondsText } from '../terminal/seconds.ts';
import { waitingSince } from '../waiting-since.ts';

interface DescribeFlags extends BrokerFlags {
  readonly topic?: readonly string[];
}

export function define(command: Command, act: Act): void {
  const all = withExamples(
    command.command('list').description('lists all groups'),
    'groups list --brokers localhost:9092',
    'groups list --config app.yaml --json',
  );
  act(addBrokerOptions(all), list);
  const describe = command
    .command('describe')
    .description('shows members, who reads what, and how far behind')
    .argument('<group>', 'its name')
    .option('-t, --topic <topic>', 'these topics only; may be repeated', repeated);
  const examplesOfIt = [
    'groups describe billing --brokers localhost:9092',
    'groups describe billing --topic orders --config app.yaml --json',
  ];
  act(addBrokerOptions(withExamples(describe, ...examplesOfIt)), describeGroup);
  command.addHelpText('after', examples);
}

const examples = `
Examples:
  partita groups list --brokers localhost:9092
  partita groups describe billing --config app.yaml`;

async function list({ terminal, output }: CommandContext, flags: BrokerFlags): Promise<void> {
  const groups = await withAdmin(flags, terminal, (admin) => admin.groups());
  const sorted = [...groups].sort();
  output.document(sorted, () => (sorted.length === 0 ? 'No groups.' : sorted.join('\n')));
}

async function describeGroup(
  { terminal, output }: CommandContext,
  group: string,
  { topic, ...flags }: DescribeFlags,
): Promise<void> {
  const found = await withAdmin(flags, terminal, (admin, app) => look(admin, app, group, topic));
  output.document(found, () => [summary(found), members(found), partitions(found)].join('\n\n'));
}

interface ReportedPosition extends GroupPosition {
  /** For so long the oldest record that is not handled has been waiting; 0 without one, absent when it cannot be read. */
  readonly lagSeconds?: number;
}

interface GroupReport extends GroupDescription {
  readonly positions: readonly ReportedPosition[];
  /** Over all partitions whose position is known. */
  readonly lag: number;
  /** Of the partition that is furthest behind. */
  readonly lagSeconds: number;
}

async function look(
  admin: AdminSession,
  app: App,
  group: string,
  topics: readonly string[] | undefined,
): Promise<GroupReport> {
  if (topics !== undefined) await admin.topics(topics);
  const description = await admin.group(group);
  const owned = description.members.flatMap((member) => member.partitions);
  const stored = await groupPositions(admin, group, { topics, owned });
  checkGroupKnown(description, stored);
  const since = await waitingSince(app, stored);
  const positions = stored.map((position) => withAge(position, since));
  const lag = positions.reduce((sum, { lag: behind = 0 }) => sum + behind, 0);
  const lagSeconds = Math.max(0, ...positions.map(({ lagSeconds: behind = 0 }) => behind));
  const members = description.members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  return { ...description, members, positions, lag, lagSeconds };
}

function withAge(position: GroupPosition, since: ReadonlyMap<string, number>): ReportedPosition {
  if (position.lag === 0) return { ...position, lagSeconds: 0 };
  const timestampMs = since.get(formatPartition(position));
  if (timestampMs === undefined) return position;
  return { ...position, lagSeconds: Math.max(0, realClock.now() - timestampMs) / 1_000 };
}

function summary({ group, state, assignor, members, lag, lagSeconds }: GroupReport): string {
  const by = assignor === undefined || assignor === '' ? '' : `, assignor ${assignor}`;
  const behind = lagSeconds === 0 ? '' : `, ${secondsText(lagSeconds)} behind`;
  return `${group}: ${state}${by}, ${counted(members.length, 'member')}, lag ${lag}${behind}`;
}

function members({ members }: GroupReport): string {
  if (members.length === 0) return 'No members.';
  return table(
    ['MEMBER', 'INSTANCE', 'CLIENT', 'HOST', 'PARTITIONS'],
    members.map(({ memberId, instanceId, clientId, host, partitions }) => [
      memberId,
      instanceId,
      clientId,
      host === '' ? undefined : host,
      partitions.length,
    ]),
  );
}

function partitions({ positions, members }: GroupReport): string {
  if (positions.length === 0) return 'No positions are stored.';
  const owners = new Map(
    members.flatMap(({ memberId, partitions }) =>
      partitions.map((partition) => [formatPartition(partition), memberId] as const),
    ),
  );
  return table(
    ['PARTITION', 'COMMITTED', 'END', 'LAG', 'BEHIND', 'MEMBER'],
    positions.map((position) => [
      formatPartition(position),
      position.committed,
      position.end,
      position.lag,
      position.lagSeconds === undefined ? undefined : secondsText(position.lagSeconds),
      owners.get(formatPartition(position)),
    ]),
  );
}
