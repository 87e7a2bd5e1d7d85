import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import {
  type Header,
  InvalidConfigError,
  PartitaError,
  type Producer,
  type ProducerRecord,
  type RecordMetadata,
} from '../../core/index.ts';
import { pair, wholeNumber } from '../arguments.ts';
import { addBrokerOptions, type BrokerFlags } from '../broker/broker-options.ts';
import { openApp, unlessStopped } from '../broker/open-app.ts';
import type { Act, CommandContext } from '../command.ts';
import { bytesOf, isTextOrBytes } from '../record-text.ts';
import { counted } from '../terminal/counted.ts';
import { type Progress, progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

const chunkRecords = 1_000;

interface ProduceFlags extends BrokerFlags {
  readonly key?: string;
  readonly keySeparator?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly partition?: number;
  readonly file?: string;
  readonly input: 'text' | 'json';
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
    .option('--key-separator <text>', 'a line is a key, this, and a value')
    .option('-H, --header <name=value>', 'a header; may be repeated', pair)
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
  const lines = new Lines(flags);
  const source = await sourceOf(values, flags, terminal);
  await using app = await openApp(flags, terminal);
  const producer = app.producer();
  const bar = progress(terminal, { what: topic, total: source.bytes, unit: 'bytes' });
  const counts = new Map<number, number>();
  const written = () => [...counts.values()].reduce((sum, count) => sum + count, 0);
  try {
    await unlessStopped(
      terminal.signal,
      inChunks(source.lines(), lines, bar, async (records) => {
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
  const message = `${error.message} ${done} acknowledged by ${topic} before that.`;
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
  lines(): AsyncIterable<string> | Iterable<string>;
  /** For the bar; of standard input nobody knows. */
  readonly bytes: number;
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
  if (tombstone === true) return { lines: () => [''], bytes: 0 };
  if (values.length > 0) return { lines: () => values, bytes: 0 };
  if (file === undefined) return { lines: () => createInterface({ input: stdin }), bytes: 0 };
  const path = resolve(folder, file);
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      throw new InvalidConfigError('command line', [
        `--file ${path} cannot be read (${error.code})`,
      ]);
    },
  );
  return { lines: () => createInterface({ input: createReadStream(path) }), bytes: size };
}

async function inChunks(
  source: ReturnType<Source['lines']>,
  lines: Lines,
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
  for await (const line of source) {
    chunk.push(lines.record(line));
    bytes += Buffer.byteLength(line) + 1;
    if (chunk.length === chunkRecords) await flush();
  }
  await flush();
}

/** Turns lines into records. */
class Lines {
  readonly #flags: ProduceFlags;
  readonly #headers: readonly Header[];
  #number = 0;

  constructor(flags: ProduceFlags) {
    this.#flags = flags;
    this.#headers = Object.entries(flags.header ?? {}).map(([name, value]) => ({
      name,
      value: Buffer.from(value),
    }));
  }

  record(line: string): ProducerRecord {
    this.#number++;
    const { input, tombstone, key, partition } = this.#flags;
    const place = partition !== undefined && { partition };
    if (tombstone === true)
      return { key: key ?? null, value: null, headers: this.#headers, ...place };
    if (input === 'json') return { ...this.#fromJson(line), ...place };
    const [ownKey, value] = this.#split(line);
    return { key: ownKey ?? key ?? null, value, headers: this.#headers, ...place };
  }

  #split(line: string): readonly [string | undefined, string] {
    const { keySeparator } = this.#flags;
    if (keySeparator === undefined) return [undefined, line];
    const at = line.indexOf(keySeparator);
    if (at < 0) throw this.#wrong(`has no '${keySeparator}' between key and value`);
    return [line.slice(0, at), line.slice(at + keySeparator.length)];
  }

  #fromJson(line: string): ProducerRecord {
    const { key = null, value = null, headers = {}, partition } = this.#parse(line);
    const own = Object.entries(Object(headers)).map(([name, text]) => ({
      name,
      value: this.#bytes(`headers.${name}`, text),
    }));
    return {
      key: this.#bytes('key', key) ?? this.#flags.key ?? null,
      value: this.#bytes('value', value),
      headers: [...own, ...this.#headers],
      ...(this.#flags.partition === undefined &&
        partition !== undefined && { partition: this.#partition(partition) }),
    };
  }

  #partition(given: unknown): number {
    if (Number.isSafeInteger(given) && Number(given) >= 0) return Number(given);
    throw this.#wrong(`has partition ${JSON.stringify(given)}; expected a whole number`);
  }

  #bytes(name: string, given: unknown): Buffer | null {
    if (isTextOrBytes(given)) return bytesOf(given);
    const shown = JSON.stringify(given);
    throw this.#wrong(`has ${name} ${shown}; expected text, null or { "base64": … }`);
  }

  #parse(line: string): JsonLine {
    try {
      const parsed: unknown = JSON.parse(line);
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
    } catch (error) {
      throw this.#wrong(`is no JSON: ${(error as Error).message}`);
    }
    throw this.#wrong('is no object; expected { "key": …, "value": … }');
  }

  #wrong(what: string): InvalidConfigError {
    return new InvalidConfigError('input', [`line ${this.#number} ${what}`]);
  }
}

/** What a line may have; of what type it is shows when it is read. */
interface JsonLine {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: unknown;
  readonly partition?: unknown;
}
