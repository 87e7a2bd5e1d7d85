import { type Command, Option } from 'commander';
import {
  type App,
  type ConsumerRecord,
  InvalidConfigError,
  PartitaError,
} from '../../core/index.ts';
import { partitionList, positiveNumber, wholeNumber } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { openApp } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { type DeadLetterFacts, deadLetterFacts } from '../dead-letter.ts';
import { withExamples } from '../examples.ts';
import { letterDocument } from '../letter-document.ts';
import { parseStart, type StartPlace, startForms } from '../place.ts';
import { readRecords } from '../read-records.ts';
import { timeText } from '../record-text.ts';
import { type Letter, placesOf, writeLetters } from '../replay-letters.ts';
import { table } from '../terminal/output.ts';
import { startAt } from './tail.ts';

interface ChoiceFlags extends BrokerFlags {
  readonly from: StartPlace;
  readonly partition?: readonly number[];
  readonly origin?: string;
  readonly consumer?: string;
  readonly error?: string;
  readonly count?: number;
}

interface ReplayFlags extends ChoiceFlags {
  readonly offset?: number;
  readonly to?: string;
  readonly execute?: boolean;
}

export function define(command: Command, act: Act): void {
  const listing = withExamples(
    command.command('list').description('lists dead letters'),
    'dlq list orders.dead --brokers localhost:9092',
    'dlq list orders.dead --origin orders --error TypeError --from 2h --json',
  );
  act(choosing(listing), list);
  const show = command
    .command('show')
    .description('shows one dead letter whole')
    .argument('<topic>', 'the dead-letter topic')
    .argument('<partition>', 'its partition in the dead-letter topic', wholeNumber)
    .argument('<offset>', 'its offset there', wholeNumber);
  act(
    addBrokerOptions(withExamples(show, 'dlq show orders.dead 0 17 --config app.yaml')),
    showLetter,
  );
  const replay = choosing(
    command
      .command('replay')
      .summary('writes dead letters back to where they came from')
      .description(
        'writes dead letters to the topic they came from, as they were; tells what it would do unless --execute is given',
      ),
  )
    .option('--offset <number>', 'this one only; needs --partition', wholeNumber)
    .option('--to <topic>', 'writes to this topic instead')
    .option('--execute', 'does it');
  const replayExamples = [
    'dlq replay orders.dead --config app.yaml',
    'dlq replay orders.dead --error TypeError --from 2026-05-01T00:00:00Z --execute',
    'dlq replay orders.dead --partition 0 --offset 17 --to orders.retried --execute',
  ];
  act(withExamples(replay, ...replayExamples), replayLetters);
  command.addHelpText('after', examples);
}

function choosing(command: Command): Command {
  command
    .argument('<topic>', 'the dead-letter topic')
    .addOption(
      new Option('--from <place>', `where in it to begin: ${startForms}`)
        .argParser(parseStart)
        .default({ kind: 'earliest' }, 'earliest'),
    )
    .option('-p, --partition <list>', 'these partitions of it only, such as 0,3-5', partitionList)
    .option('--origin <topic>', 'letters from this topic only')
    .option('--consumer <name>', 'letters of this consumer only')
    .addOption(
      new Option(
        '--error <name>',
        'letters with this error only: its code, such as DECODE_FAILED, or its name, such as TypeError',
      ),
    )
    .option('-n, --count <number>', 'at most so many', positiveNumber);
  return addBrokerOptions(command);
}

const examples = `
A letter stays where it is when it is replayed: a dead-letter topic is a log. Note where you ended, and go on --from there.

Examples:
  partita dlq list orders.dead --brokers localhost:9092
  partita dlq show orders.dead 0 17 --json
  partita dlq replay orders.dead --error TypeError --from 2026-05-01T00:00:00Z --execute`;

async function list(
  { terminal, output }: CommandContext,
  topic: string,
  flags: ChoiceFlags,
): Promise<void> {
  await using app = await openApp(flags, terminal);
  const letters: Letter[] = [];
  await readLetters(
    app,
    topic,
    flags,
    terminal.signal,
    async (letter) => void letters.push(letter),
  );
  output.document(letters.map(letterDocument), () =>
    letters.length === 0
      ? `No dead letters in ${topic}.`
      : table(
          ['PARTITION', 'OFFSET', 'WRITTEN', 'FROM', 'CONSUMER', 'ATTEMPTS', 'ERROR', 'MESSAGE'],
          letters.map(({ record, facts }) => [
            record.partition,
            record.offset,
            timeText(record.timestampMs),
            placeOf(facts),
            facts.consumer,
            facts.attempts,
            facts.error,
            shortened(facts.message),
          ]),
        ),
  );
}

async function showLetter(
  { terminal, output }: CommandContext,
  topic: string,
  partition: number,
  offset: number,
  flags: BrokerFlags,
): Promise<void> {
  await using app = await openApp(flags, terminal);
  let found: ConsumerRecord | undefined;
  const reading = {
    topic,
    partitions: [partition],
    from: { offset },
    follow: false,
    signal: terminal.signal,
  };
  await readRecords(app, reading, (record) => {
    found = record;
    return false;
  });
  if (found?.offset !== offset) throw notThere('record', topic, partition, offset);
  const record = found;
  const document = letterDocument({ record, facts: deadLetterFacts(record) });
  output.document(document, () => JSON.stringify(document, null, 2));
}

async function replayLetters(
  { terminal, output }: CommandContext,
  topic: string,
  flags: ReplayFlags,
): Promise<void> {
  checkReplay(topic, flags);
  const { to, offset, execute = false } = flags;
  await using app = await openApp(flags, terminal);
  const letters: Letter[] = [];
  const from: ReplayFlags =
    offset === undefined ? flags : { ...flags, from: { kind: 'offset', offset }, count: 1 };
  await readLetters(app, topic, from, terminal.signal, async (letter) => {
    if (offset === undefined || letter.record.offset === offset) letters.push(letter);
  });
  if (offset !== undefined && letters.length === 0)
    throw notThere('dead letter of that choice', topic, flags.partition?.[0] ?? 0, offset);
  const target = ({ facts }: Letter) => to ?? facts.topic;
  if (execute) await writeLetters(app, letters, target, terminal);
  const counts = new Map<string, number>();
  for (const letter of letters) counts.set(target(letter), (counts.get(target(letter)) ?? 0) + 1);
  const next = nextPlaces(letters);
  output.document(
    {
      topic,
      executed: execute,
      replayed: Object.fromEntries(counts),
      next: Object.fromEntries(next),
    },
    () => {
      if (letters.length === 0) return `No dead letters in ${topic} to replay.`;
      const rows = [...counts].map(([name, count]) => [name, count]);
      const done = execute
        ? `Replayed. The letters are still in ${topic}; what comes after them begins at ${placesOf(topic, next)}.`
        : 'Nothing was written: say --execute to do it.';
      return `${table(['TO', 'RECORDS'], rows)}\n\n${done}`;
    },
  );
}

function notThere(what: string, topic: string, partition: number, offset: number): PartitaError {
  return new PartitaError(
    'OFFSET_OUT_OF_RANGE',
    `There is no ${what} at offset ${offset} of ${topic}-${partition}.`,
    { topic, partition, offset },
  );
}

function checkReplay(topic: string, { to, offset, partition }: ReplayFlags): void {
  const problems: string[] = [];
  if (to === topic)
    problems.push(`--to ${to} is the dead-letter topic itself; replaying would never end`);
  if (offset !== undefined && partition?.length !== 1)
    problems.push('--offset needs the one --partition it is in');
  if (problems.length > 0) throw new InvalidConfigError('command line', problems);
}

async function readLetters(
  app: App,
  topic: string,
  { from, partition, origin, consumer, error, count = Number.POSITIVE_INFINITY }: ChoiceFlags,
  signal: AbortSignal,
  take: (letter: Letter) => Promise<void>,
): Promise<void> {
  let taken = 0;
  const reading = { topic, partitions: partition, from: startAt(from), follow: false, signal };
  await readRecords(app, reading, async (record) => {
    const facts = deadLetterFacts(record);
    const isWanted =
      facts !== undefined &&
      (origin ?? facts.topic) === facts.topic &&
      (consumer ?? facts.consumer) === facts.consumer &&
      (error ?? facts.error) === facts.error;
    if (!isWanted) return true;
    await take({ record, facts });
    taken++;
    return taken < count;
  });
}

function nextPlaces(letters: readonly Letter[]): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  for (const { record } of letters) next.set(record.partition, record.offset + 1);
  return next;
}

function placeOf({ topic, partition, offset }: DeadLetterFacts): string {
  return `${topic}-${partition}@${offset}`;
}

function shortened(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
