import type { Command } from 'commander';
import { type AdminSession, formatPartition, type GroupDescription } from '../../core/index.ts';
import { repeated } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { withAdmin } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { type GroupPosition, groupPositions } from '../group-positions.ts';
import { counted } from '../terminal/counted.ts';
import { table } from '../terminal/output.ts';

interface DescribeFlags extends BrokerFlags {
  readonly topic?: readonly string[];
}

export function define(command: Command, act: Act): void {
  act(addBrokerOptions(command.command('list').description('lists all groups')), list);
  const describe = command
    .command('describe')
    .description('shows members, who reads what, and how far behind')
    .argument('<group>')
    .option('-t, --topic <topic>', 'these topics only; may be repeated', repeated);
  act(addBrokerOptions(describe), describeGroup);
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
  const found = await withAdmin(flags, terminal, (admin) => look(admin, group, topic));
  output.document(found, () => [summary(found), members(found), partitions(found)].join('\n\n'));
}

interface GroupReport extends GroupDescription {
  readonly positions: readonly GroupPosition[];
  /** Over all partitions whose position is known. */
  readonly lag: number;
}

async function look(
  admin: AdminSession,
  group: string,
  topics: readonly string[] | undefined,
): Promise<GroupReport> {
  if (topics !== undefined) await admin.topics(topics);
  const description = await admin.group(group);
  const owned = description.members.flatMap((member) => member.partitions);
  const positions = await groupPositions(admin, group, { topics, owned });
  const lag = positions.reduce((sum, { lag: behind = 0 }) => sum + behind, 0);
  return { ...description, positions, lag };
}

function summary({ group, state, assignor, members, lag }: GroupReport): string {
  const by = assignor === undefined || assignor === '' ? '' : `, assignor ${assignor}`;
  return `${group}: ${state}${by}, ${counted(members.length, 'member')}, lag ${lag}`;
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
    ['PARTITION', 'COMMITTED', 'END', 'LAG', 'MEMBER'],
    positions.map((position) => [
      formatPartition(position),
      position.committed,
      position.end,
      position.lag,
      owners.get(formatPartition(position)),
    ]),
  );
}
