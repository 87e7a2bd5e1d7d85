import { type Command, InvalidArgumentError } from 'commander';
import { assignorByName, type Plan, plan, planTable } from '../../assignors/index.ts';
import {
  type AdminSession,
  type GroupMember,
  type GroupView,
  InvalidConfigError,
  PartitaError,
} from '../../core/index.ts';
import { positiveNumber, repeated } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { withAdmin } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';

interface PlanFlags extends BrokerFlags {
  readonly topic?: readonly string[];
  readonly partitions?: Readonly<Record<string, number>>;
  readonly members?: number;
  readonly assignor?: string;
  readonly join?: number;
  readonly leave?: readonly string[];
}

export function define(command: Command, act: Act): void {
  command
    .argument('[group]', 'a group that runs; without it --members of an imagined one')
    .option('-t, --topic <topic>', 'topics of the group; may be repeated', repeated)
    .option(
      '--partitions <topic=number>',
      'as if the topic had so many; may be repeated',
      topicCount,
    )
    .option('-m, --members <number>', 'an imagined group of so many', positiveNumber)
    .option(
      '-a, --assignor <name>',
      "range, roundrobin, sticky or cooperative-sticky (default: the group's)",
    )
    .option('--join <number>', 'so many members join', positiveNumber)
    .option(
      '--leave <member>',
      'this member leaves, by id, instance or client; may be repeated',
      repeated,
    );
  addBrokerOptions(command).addHelpText('after', examples);
  act(command, planCommand);
}

const examples = `
Nothing is changed: the assignment is calculated here, with the code that members use.

Examples:
  partita plan billing --join 1 --brokers localhost:9092
  partita plan billing --leave billing-2 --config app.yaml
  partita plan --members 5 --partitions orders=32 --join 1 --assignor sticky`;

function topicCount(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, topic, count] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (topic === undefined) throw new InvalidArgumentError('Give topic=number.');
  return { ...before, [topic]: Number(count) };
}

async function planCommand(
  { terminal, output }: CommandContext,
  group: string | undefined,
  flags: PlanFlags,
): Promise<void> {
  check(group, flags);
  const { assignor: named, view } =
    group === undefined && flags.topic === undefined
      ? {
          assignor: undefined,
          view: imagined(flags, new Map(Object.entries(flags.partitions ?? {}))),
        }
      : await withAdmin(flags, terminal, (admin) => running(admin, group, flags));
  const assignor = assignorByName(flags.assignor ?? named ?? 'cooperative-sticky');
  const join = newcomers(flags.join ?? 0, view);
  const leave = (flags.leave ?? []).map((name) => memberId(name, view));
  const result = plan(assignor, view, { join, leave, partitions: flags.partitions ?? {} });
  output.document(
    { assignor: assignor.name, ...documentOf(result) },
    () => `${assignor.name}\n\n${planTable(result)}`,
  );
}

/** Beyond what a group has anywhere, and soon calculated. */
const MOST_MEMBERS = 1_000;
const MOST_PARTITIONS = 50_000;

function check(group: string | undefined, { members, join, topic, partitions }: PlanFlags): void {
  const problems: string[] = [];
  if (group === undefined && members === undefined)
    problems.push('give a group that runs, or --members for an imagined one');
  if (group !== undefined && members !== undefined)
    problems.push('a group has its own members; leave --members out, or the group');
  if (group === undefined && topic === undefined && partitions === undefined)
    problems.push(
      'an imagined group needs topics: --partitions orders=32, or --topic orders to ask a broker',
    );
  const largest = Math.max(members ?? 0, join ?? 0);
  if (largest > MOST_MEMBERS)
    problems.push(
      `${largest} members are more than a plan is made for; give at most ${MOST_MEMBERS}`,
    );
  for (const [name, count] of Object.entries(partitions ?? {}))
    if (count > MOST_PARTITIONS)
      problems.push(
        `${name}=${count} is more than a plan is made for; give at most ${MOST_PARTITIONS} partitions`,
      );
  if (problems.length > 0) throw new InvalidConfigError('command line', problems);
}

/** Members as they are, and partitions as the broker has them. */
async function running(admin: AdminSession, group: string | undefined, flags: PlanFlags) {
  // Event Hubs finds a group by its topics.
  if (flags.topic !== undefined) await admin.topics(flags.topic);
  const description = group === undefined ? undefined : await admin.group(group);
  const owned = description?.members.flatMap(({ partitions }) => partitions) ?? [];
  const topics = flags.topic ?? [...new Set(owned.map(({ topic }) => topic))];
  const counts = new Map((await admin.topics(topics)).map((one) => [one.topic, one.partitions]));
  if (description === undefined) return { assignor: undefined, view: imagined(flags, counts) };
  if (description.members.length === 0)
    throw new PartitaError(
      'UNAVAILABLE',
      `Group ${group} has no members at the moment. Start it, or plan with --members and --topic instead of a group.`,
    );
  const members = description.members.map(
    ({ memberId, instanceId, partitions }): GroupMember => ({
      id: memberId,
      ...(instanceId !== undefined && { instanceId }),
      topics,
      owned: partitions,
      generation: 1,
    }),
  );
  const { assignor } = description;
  return {
    assignor: assignor === '' ? undefined : assignor,
    view: { members, partitionCounts: counts },
  };
}

/** A group at rest, as it would be with so many members. */
function imagined(
  { members = 0, assignor }: PlanFlags,
  counts: ReadonlyMap<string, number>,
): GroupView {
  const topics = [...counts.keys()];
  const empty: GroupView = {
    members: Array.from({ length: members }, (_, i) => newcomer(`member-${i + 1}`, topics)),
    partitionCounts: counts,
  };
  const { assignment } = plan(assignorByName(assignor ?? 'cooperative-sticky'), empty);
  const settled = empty.members.map((member) => ({
    ...member,
    owned: assignment.get(member.id) ?? [],
    generation: 1,
  }));
  return { ...empty, members: settled };
}

function newcomers(count: number, { members }: GroupView): readonly GroupMember[] {
  const topics = [...new Set(members.flatMap((member) => member.topics))];
  return Array.from({ length: count }, (_, i) => newcomer(`new-${i + 1}`, topics));
}

function newcomer(id: string, topics: readonly string[]): GroupMember {
  return { id, topics, owned: [], generation: -1 };
}

/** By its id, its lasting name, or the beginning of its id, which is the client's name on Kafka. */
function memberId(name: string, { members }: GroupView): string {
  const exact = members.find(({ id, instanceId }) => id === name || instanceId === name);
  const similar = members.filter(({ id }) => id.startsWith(name));
  const found = exact ?? (similar.length === 1 ? similar[0] : undefined);
  if (found !== undefined) return found.id;
  const known = members.map(({ id }) => id).join(', ');
  const why = similar.length > 1 ? 'means more than one member' : 'is no member';
  throw new InvalidConfigError('command line', [`--leave ${name} ${why}; there are ${known}`]);
}

function documentOf({ assignment, members, moves, moved, minimum, rounds }: Plan) {
  return { members, moves, moved, minimum, rounds, assignment: Object.fromEntries(assignment) };
}
