import type { Command } from 'commander';
import {
  type AdminSession,
  comparePartitions,
  formatPartition,
  PartitaError,
  type PartitionPosition,
} from '../../core/index.ts';
import { partitionList, repeated } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { withAdmin } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { withExamples } from '../examples.ts';
import { checkGroupKnown, type GroupPosition, groupPositions } from '../group-positions.ts';
import { type Place, parsePlace, placeForms } from '../place.ts';
import { counted } from '../terminal/counted.ts';
import { table } from '../terminal/output.ts';

interface ShowFlags extends BrokerFlags {
  readonly topic?: readonly string[];
}

interface ResetFlags extends BrokerFlags {
  readonly topic: readonly string[];
  readonly partition?: readonly number[];
  readonly to: Place;
  readonly execute?: boolean;
}

/** What a reset does to one partition. */
interface Change extends PartitionPosition {
  readonly from?: number;
  /** The place asked for was outside of the log; this is its nearest end. */
  readonly clamped: boolean;
}

export function define(command: Command, act: Act): void {
  const show = command
    .command('show')
    .description('shows the stored positions of a group')
    .argument('<group>', 'its name')
    .option('-t, --topic <topic>', 'these topics only; may be repeated', repeated);
  const showExamples = [
    'offsets show billing --brokers localhost:9092',
    'offsets show billing -t orders --json',
  ];
  act(addBrokerOptions(withExamples(show, ...showExamples)), showOffsets);
  const reset = command
    .command('reset')
    .summary('moves the positions of a group')
    .description('moves the positions of a group; tells what it would do unless --execute is given')
    .argument('<group>', 'its name; it must have no members when it is done')
    .requiredOption('-t, --topic <topic>', 'required; may be repeated', repeated)
    .option('-p, --partition <list>', 'these partitions only, such as 0,3-5', partitionList)
    .requiredOption('--to <place>', `required: ${placeForms}`, parsePlace)
    .option('--execute', 'does it');
  const resetExamples = [
    'offsets reset billing --topic orders --to earliest',
    'offsets reset billing --topic orders --to 2026-05-01T00:00:00Z --execute',
    'offsets reset billing --topic orders --partition 0,3-5 --to -10 --execute',
  ];
  act(addBrokerOptions(withExamples(reset, ...resetExamples)), resetOffsets);
  command.addHelpText('after', examples);
}

const examples = `
Examples:
  partita offsets show billing --brokers localhost:9092
  partita offsets reset billing --topic orders --to 2026-05-01T00:00:00Z
  partita offsets reset billing --topic orders --partition 3 --to 1042 --execute`;

async function showOffsets(
  { terminal, output }: CommandContext,
  group: string,
  { topic, ...flags }: ShowFlags,
): Promise<void> {
  const positions = await withAdmin(flags, terminal, async (admin) => {
    if (topic !== undefined) await admin.topics(topic);
    const stored = await groupPositions(admin, group, { topics: topic });
    if (stored.every(({ committed }) => committed === undefined))
      checkGroupKnown(await admin.group(group), stored);
    return stored;
  });
  output.document({ group, positions }, () =>
    positions.length === 0
      ? `Group ${group} has stored no positions.`
      : table(
          ['PARTITION', 'BEGIN', 'COMMITTED', 'END', 'LAG'],
          positions.map((one) => [
            formatPartition(one),
            one.begin,
            one.committed,
            one.end,
            one.lag,
          ]),
        ),
  );
}

async function resetOffsets(
  { terminal, output }: CommandContext,
  group: string,
  { topic, partition, to, execute = false, ...flags }: ResetFlags,
): Promise<void> {
  const { changes, inTheWay } = await withAdmin(flags, terminal, async (admin) => {
    await admin.topics(topic);
    const positions = await groupPositions(admin, group, { topics: topic });
    const wanted = chosen(positions, partition);
    const planned = await Promise.all(wanted.map((position) => change(admin, position, to)));
    const inTheWay = await membersInTheWay(admin, group);
    if (execute) {
      if (inTheWay !== undefined) throw new PartitaError('UNAVAILABLE', inTheWay);
      await admin.commit(
        group,
        planned.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
      );
    }
    return { changes: planned.sort(comparePartitions), inTheWay };
  });
  output.document({ group, executed: execute, changes }, () => {
    const rows = changes.map((one) => [
      formatPartition(one),
      one.from,
      one.offset,
      one.from === undefined ? undefined : one.offset - one.from,
      one.clamped ? 'asked for what is outside of the log' : '',
    ]);
    const done = execute
      ? `Moved ${counted(changes.length, 'position')}.`
      : `Nothing was changed: ${inTheWay === undefined ? '' : `${inTheWay} Then `}say --execute to do it.`;
    return `${table(['PARTITION', 'FROM', 'TO', 'MOVES BY', ''], rows)}\n\n${done}`;
  });
}

function chosen(
  positions: readonly GroupPosition[],
  partitions: readonly number[] | undefined,
): readonly GroupPosition[] {
  if (partitions === undefined) return positions;
  const found = positions.filter(({ partition }) => partitions.includes(partition));
  const missing = partitions.filter((one) => !found.some(({ partition }) => partition === one));
  if (missing.length > 0)
    throw new PartitaError(
      'UNKNOWN_PARTITION',
      `No topic given has a partition ${missing.join(', ')}.`,
    );
  return found;
}

async function change(admin: AdminSession, position: GroupPosition, to: Place): Promise<Change> {
  const { topic, partition, begin, end, committed } = position;
  const wanted = await offsetAt(admin, position, to);
  const offset = Math.min(Math.max(wanted, begin), end);
  const from = committed !== undefined && { from: committed };
  return { topic, partition, offset, ...from, clamped: offset !== wanted };
}

async function offsetAt(
  admin: AdminSession,
  { topic, partition, begin, end, committed = begin }: GroupPosition,
  to: Place,
): Promise<number> {
  switch (to.kind) {
    case 'earliest':
      return begin;
    case 'latest':
      return end;
    case 'offset':
      return to.offset;
    case 'shift':
      return committed + to.by;
    case 'time': {
      const places = await admin.offsets(topic, { timestampMs: to.timestampMs });
      return places.find((place) => place.partition === partition)?.offset ?? end;
    }
  }
}

/** Members would overwrite what is set: who they are, in words; undefined without any. */
async function membersInTheWay(admin: AdminSession, group: string): Promise<string | undefined> {
  const { members } = await admin.group(group);
  if (members.length === 0) return undefined;
  const clients = [...new Set(members.map(({ clientId }) => clientId))].join(', ');
  return `Group ${group} has ${counted(members.length, 'member')} (${clients}) who would overwrite what is set. Stop them first.`;
}
