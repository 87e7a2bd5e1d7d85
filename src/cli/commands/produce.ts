import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  InvalidConfigError,
  PartitaError,
  type Producer,
  type ProducerRecord,
  type RecordMetadata,
} from '../../core/index.ts';
import { headerList, notEmpty, wholeNumber } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { openApp, unlessStopped } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { linesOf } from '../input-lines.ts';
import { type LineForm, RecordLines } from '../record-lines.ts';
import { counted } from '../terminal/counted.ts';
import { type Progress, progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

const chunkRecords = 1_000;

interface ProduceFlags extends BrokerFlags, LineForm {
  readonly file?: string;
  readonly tombstone?: boolean;
}

export function define(command: Command, act: Act): void {
  command
    .argument('<topic>', 'where to write')
    .argument(
      '[values...]',
      'a record each; without them, each line of --file or of standard input',
    )
    .option('-k, --key <text>', 'key of the records')
    .option('--key-separator <text>', 'a line is a key, this, and a value', notEmpty)
    .option('-H, --header <name=value>', 'a header; may be repeated', headerList)
    .option('-p, --partition <number>', 'writes to this partition', wholeNumber)
    .option('-f, --file <path>', 'a record per line')
    .addOption(
      new Option(
        '--input <form>',
        'what a line is; json: { key, value, headers, partition }, as tail --json prints it',
      )
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--tombstone', 'writes one record without a value; needs --key');
  addBrokerOptions(command).addHelpText('after', examples);
  act(command, produce);
}

const examples = `
Ends with 0 once every record is acknowledged.

Examples:
  partita produce orders 'first' 'second' --key customer-7 --brokers localhost:9092
  partita produce orders --file orders.jsonl --input json --config app.yaml
  partita tail orders --from earliest --no-follow --json | partita produce copy --input json`;

async function produce(
  { terminal, output }: CommandContext,
  topic: string,
  values: readonly string[],
  flags: ProduceFlags,
): Promise<void> {
  const lines = new RecordLines(flags);
  const source = await sourceOf(values, flags, terminal);
  await using app = await openApp(flags, terminal);
  // A producer waits for a topic that may be about to come; here it is more likely misspelt.
  await unlessStopped(terminal.signal, app.admin().topics([topic]));
  const producer = app.producer();
  const bar = progress(terminal, { what: topic, total: source.bytes, unit: 'bytes' });
  const counts = new Map<number, number>();
  const written = () => [...counts.values()].reduce((sum, count) => sum + count, 0);
  try {
    await unlessStopped(
      terminal.signal,
      inChunks(recordsOf(source, lines), bar, async (records) => {
        for (const { partition } of await send(producer, topic, records))
          counts.set(partition, (counts.get(partition) ?? 0) + 1);
      }),
    );
  } catch (error) {
    throw PartitaError.is(error) ? withCount(error, written(), topic) : error;
  } finally {
    bar.stop();
  }
  const partitions = [...counts].sort(([a], [b]) => a - b);
  const total = written();
  output.document({ topic, records: total, partitions: Object.fromEntries(counts) }, () => {
    const spread = partitions.map(([partition, count]) => `${partition}: ${count}`).join(', ');
    return `Wrote ${counted(total, 'record')} to ${topic}${total === 0 ? '' : ` (${spread})`}.`;
  });
}

/** What is there already, whoever tries again has to leave out. */
function withCount(error: PartitaError, count: number, topic: string): PartitaError {
  const done =
    count === 0 ? 'No record was' : `${counted(count, 'record')} ${count === 1 ? 'was' : 'were'}`;
  const message = `${error.message.replace(/\.?$/, '.')} ${done} acknowledged by ${topic} before that.`;
  return new PartitaError(error.code, message, { cause: error });
}

async function send(
  producer: Producer,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<readonly RecordMetadata[]> {
  return records.length === 0 ? [] : producer.send(topic, records);
}

interface Source {
  /** Begins to read: lines that come before somebody takes them would be lost. */
  lines(): AsyncIterable<Buffer> | Iterable<Buffer>;
  /** For the bar; of standard input nobody knows. */
  readonly bytes: number;
  readonly isTombstone?: boolean;
}

async function sourceOf(
  values: readonly string[],
  { file, tombstone, key }: ProduceFlags,
  { stdin, folder }: Terminal,
): Promise<Source> {
  const problems: string[] = [];
  if (values.length > 0 && file !== undefined)
    problems.push('both values and --file are given; leave one out');
  if (tombstone === true && (values.length > 0 || file !== undefined))
    problems.push('--tombstone is a record of its own; leave values and --file out');
  if (tombstone === true && key === undefined)
    problems.push('--tombstone needs the --key that it removes');
  if (values.length === 0 && file === undefined && tombstone !== true && stdin.isTTY === true)
    problems.push('nothing to write: give values, a --file, or lines on standard input');
  if (problems.length > 0) throw new InvalidConfigError('command line', problems);
  if (tombstone === true) return { lines: () => [], bytes: 0, isTombstone: true };
  if (values.length > 0) return { lines: () => values.map((one) => Buffer.from(one)), bytes: 0 };
  if (file === undefined) return { lines: () => linesOf(stdin), bytes: 0 };
  const path = resolve(folder, file);
  const size = await sizeOf(path);
  return { lines: () => linesOf(createReadStream(path)), bytes: size };
}

async function sizeOf(path: string): Promise<number> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw unreadable(path, String((error as NodeJS.ErrnoException).code));
  }
  const found = await stat(path);
  if (found.isDirectory()) throw unreadable(path, 'it is a folder');
  return found.size;
}

function unreadable(path: string, why: string): InvalidConfigError {
  return new InvalidConfigError('command line', [`--file ${path} cannot be read (${why})`]);
}

/** Records with the bytes of input that each was made of. */
async function* recordsOf(
  { isTombstone, lines }: Source,
  read: RecordLines,
): AsyncIterable<readonly [ProducerRecord, number]> {
  if (isTombstone) yield [read.tombstone(), 0];
  let bytes = 0;
  for await (const line of lines()) {
    bytes += line.length + 1;
    const record = read.record(line);
    if (record === undefined) continue;
    yield [record, bytes];
    bytes = 0;
  }
}

async function inChunks(
  records: AsyncIterable<readonly [ProducerRecord, number]>,
  bar: Progress,
  send: (records: readonly ProducerRecord[]) => Promise<void>,
): Promise<void> {
  let chunk: ProducerRecord[] = [];
  let bytes = 0;
  const flush = async () => {
    await send(chunk);
    bar.add(bytes);
    chunk = [];
    bytes = 0;
  };
  for await (const [record, size] of records) {
    chunk.push(record);
    bytes += size;
    if (chunk.length === chunkRecords) await flush();
  }
  await flush();
}
