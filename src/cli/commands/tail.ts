import { type Command, Option } from 'commander';
import type { StartPosition } from '../../core/index.ts';
import { partitionList, positiveNumber } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { openApp } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { parseStart, type StartPlace, startForms } from '../place.ts';
import { readRecords } from '../read-records.ts';
import { recordDocument, recordLine } from '../record-text.ts';

interface TailFlags extends BrokerFlags {
  readonly from: StartPlace;
  readonly partition?: readonly number[];
  readonly key?: string;
  readonly count?: number;
  readonly follow: boolean;
}

export function define(command: Command, act: Act): void {
  command
    .argument('<topic>', 'where to read')
    .addOption(
      new Option('--from <place>', startForms)
        .argParser(parseStart)
        .default({ kind: 'latest' }, 'latest: what comes from now on'),
    )
    .option('-p, --partition <list>', 'these partitions only, such as 0,3-5', partitionList)
    .option('-k, --key <text>', 'records with this key only')
    .option('-n, --count <number>', 'ends after so many records', positiveNumber)
    .option('--no-follow', 'ends where the log ends now');
  addBrokerOptions(command).addHelpText('after', examples);
  act(command, tail);
}

const examples = `
Reads without a group: no positions are stored, and no member is disturbed. With --json a record is a line, which
partita produce --input json takes back.

Examples:
  partita tail orders --brokers localhost:9092
  partita tail orders --from earliest --no-follow --key customer-7 --json`;

async function tail(
  { terminal, output }: CommandContext,
  topic: string,
  { from, partition, key, count = Number.POSITIVE_INFINITY, follow, ...flags }: TailFlags,
): Promise<void> {
  const start = startAt(from);
  await using app = await openApp(flags, terminal);
  const wanted = key === undefined ? undefined : Buffer.from(key);
  let seen = 0;
  const reading = { topic, partitions: partition, from: start, follow, signal: terminal.signal };
  await ignoringStop(terminal.signal, () =>
    readRecords(app, reading, (record) => {
      if (wanted !== undefined && record.key?.equals(wanted) !== true) return true;
      output.item(recordDocument(record), () => recordLine(record));
      seen++;
      return seen < count;
    }),
  );
}

export function startAt(place: StartPlace): StartPosition {
  switch (place.kind) {
    case 'offset':
      return { offset: place.offset };
    case 'time':
      return { timestampMs: place.timestampMs };
    case 'earliest':
    case 'latest':
      return place.kind;
  }
}

/** Being stopped is how following ends. */
export async function ignoringStop(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
