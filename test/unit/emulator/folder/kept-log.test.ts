import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/core/index.ts';
import { CommonLog } from '../../../../src/emulator/common-log.ts';
import type { BatchLog } from '../../../../src/emulator/kafka-log/batch-log.ts';
import type { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import type { Topic } from '../../../../src/emulator/kafka-log/topic.ts';
import {
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const rules = { maxBatchBytes: 1_000_000, keysRequired: false, appendTime: false };
const warnings: object[] = [];
const logger = {
  ...silentLogger,
  warn: (_: string, fields?: object) => warnings.push(fields ?? {}),
};
const limits = { maxPartitionBytes: 2 ** 26, maxBytes: 2 ** 28, retentionMs: 1e12 };

let folder: string;
beforeEach(() => {
  warnings.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'partita-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: Partial<typeof limits> = {}): CommonLog =>
  new CommonLog(
    { clock: new VirtualClock({ startMs: 1 }), logger, ...limits, ...options, folder },
    { topicWord: 'topic' },
  );

/** As after a kill: nothing is closed in order, but the process and with it the lock are gone. */
function abandon(log: CommonLog): void {
  log.close();
}

function write(partition: Partition, value: string, sequence = -1): object {
  const builder = new RecordBatchBuilder();
  builder.append(Buffer.from('k'), Buffer.from(value), [], 1_000);
  const stamp = sequence < 0 ? {} : { producerId: 5, producerEpoch: 0, baseSequence: sequence };
  return partition.append(builder.build(stamp), rules, 1);
}

function valuesOf(log: BatchLog): string[] {
  const records: KafkaRecord[] = [];
  const startOffset = log.startOffset;
  const bytes = log.read(startOffset, 1e9, true) ?? Buffer.alloc(0);
  decodeRecords(bytes, { topic: 't', partition: 0, startOffset }, records);
  return records.map(({ value }) => String(value));
}

const partitionOf = (log: CommonLog, name = 't'): Partition =>
  log.openTopic(name, 1).partitions[0] as Partition;

/** The only file with batches. */
function batchFile(): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return join(folder, found.find((name) => name.endsWith('.batches')) ?? '');
}

describe('a log with a folder', () => {
  it('has topics, settings, records and repeated batches as before', () => {
    const first = open();
    const configs = new Map([['retention.ms', '77']]);
    const { id } = first.topics.create('set', 3, configs);
    for (const value of ['a', 'b', 'c']) write(partitionOf(first), value);
    const { baseOffset } = write(partitionOf(first), 'd', 0) as { baseOffset: number };
    const producerId = first.nextProducerId();
    abandon(first);
    const second = open();
    const { log } = partitionOf(second);
    expect(valuesOf(log)).toEqual(['a', 'b', 'c', 'd']);
    expect(write(partitionOf(second), 'd', 0)).toMatchObject({ baseOffset });
    expect(write(partitionOf(second), 'e', 1)).toMatchObject({ baseOffset: 4 });
    expect(second.topics.get('set')).toMatchObject({ id, configs });
    expect(second.topics.get('set')?.partitions).toHaveLength(3);
    expect(second.nextProducerId()).toBe(producerId + 1);
    expect(second.clusterId()).toBe(second.clusterId());
    second.close();
  });

  it('begins where it began after a deletion, and ends where it ended when all is deleted', () => {
    const first = open();
    for (const value of ['a', 'b', 'c']) write(partitionOf(first, 'some'), value);
    for (const value of ['a', 'b']) write(partitionOf(first, 'all'), value);
    partitionOf(first, 'some').log.deleteBefore(1);
    partitionOf(first, 'all').log.deleteBefore(2);
    abandon(first);
    const second = open();
    const some = partitionOf(second, 'some').log;
    expect([some.startOffset, some.endOffset, valuesOf(some)]).toEqual([1, 3, ['b', 'c']]);
    const all = partitionOf(second, 'all').log;
    expect([all.startOffset, all.endOffset]).toEqual([2, 2]);
    expect(write(partitionOf(second, 'all'), 'c')).toMatchObject({ baseOffset: 2 });
    second.close();
  });

  it('cuts off what was not written to its end, says so, and goes on from there', () => {
    const first = open();
    for (const value of ['a', 'b']) write(partitionOf(first), value);
    abandon(first);
    appendFileSync(batchFile(), Buffer.from([0, 0, 0, 99, 1, 2, 3]));
    appendFileSync(join(folder, 'journal'), Buffer.from('torn'));
    const second = open();
    expect(warnings).toMatchObject([{ bytes: 4 }, { bytes: 7 }]);
    expect(valuesOf(partitionOf(second).log)).toEqual(['a', 'b']);
    write(partitionOf(second), 'c');
    abandon(second);
    const third = open();
    expect(valuesOf(partitionOf(third).log)).toEqual(['a', 'b', 'c']);
    expect(warnings).toHaveLength(2);
    third.close();
  });

  it('starts wherever a kill has cut its files, with what was written before', () => {
    const first = open();
    for (const value of ['a', 'b', 'c']) write(partitionOf(first), value);
    abandon(first);
    const [batches, journal] = [batchFile(), join(folder, 'journal')];
    const [whole, facts] = [readFileSync(batches), readFileSync(journal)];
    const seen = new Set<string>();
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(batches, whole.subarray(0, length));
      const log = open();
      seen.add(valuesOf(partitionOf(log).log).join());
      log.close();
    }
    expect([...seen]).toEqual(['', 'a', 'a,b']);
    for (let length = 0; length < facts.length; length += 7) {
      writeFileSync(journal, facts.subarray(0, length));
      open().close();
    }
    // Records whose topic nobody knows are not thrown away.
    expect(existsSync(batches)).toBe(true);
    expect(warnings.at(-1)).toEqual({ folder: expect.stringContaining('topics') });
  });

  it('keeps within its limits, on disk too', () => {
    const first = open({ maxPartitionBytes: 100_000 });
    for (let i = 0; i < 300; i++) write(partitionOf(first), 'x'.repeat(1000));
    const { startOffset, retainedBytes } = partitionOf(first).log;
    expect(retainedBytes).toBeLessThanOrEqual(100_000);
    abandon(first);
    const second = open({ maxPartitionBytes: 100_000 });
    const { log } = partitionOf(second);
    expect([log.startOffset, log.endOffset, log.retainedBytes]).toEqual([
      startOffset,
      300,
      retainedBytes,
    ]);
    abandon(second);
    const third = open({ maxPartitionBytes: 10_000 });
    expect(partitionOf(third).log.retainedBytes).toBeLessThanOrEqual(10_000);
    third.close();
  });

  it('is compacted on disk too, and takes more behind that', () => {
    const first = open();
    const partition = partitionOf(first);
    for (let i = 0; i < 100; i++) write(partition, `${i}-${'x'.repeat(1000)}`);
    expect(first.compact('t')).toBe(99);
    write(partition, 'new');
    abandon(first);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /generation-\d+$/.test(name))).toEqual([
      expect.stringContaining('generation-1'),
    ]);
    const second = open();
    const { log } = partitionOf(second);
    expect(valuesOf(log)).toEqual([`99-${'x'.repeat(1000)}`, 'new']);
    expect([log.startOffset, log.endOffset]).toEqual([0, 101]);
    abandon(second);
  });

  it('finds what was there before a compaction that was cut short', () => {
    const first = open();
    write(partitionOf(first), 'a');
    const path = join(folder, 'topics', first.topics.get('t')?.id ?? '', '0');
    abandon(first);
    mkdirSync(join(path, 'next'));
    writeFileSync(join(path, 'next', '0.batches'), 'half of it');
    const second = open();
    expect(valuesOf(partitionOf(second).log)).toEqual(['a']);
    expect(readdirSync(path)).toEqual(['generation-0']);
    second.close();
  });

  it('refuses records that cannot be written, and takes them when they can be again', () => {
    const log = open();
    const partition = partitionOf(log);
    write(partition, 'a', 0);
    const path = join(folder, 'topics', log.topics.get('t')?.id ?? '', '0', 'generation-0');
    log.topics.grow(log.topics.get('t') as Topic, 2);
    const other = log.topics.partition('t', 1) as Partition;
    const hidden = path.replace('/0/', '/1/');
    rmSync(hidden, { recursive: true });
    const refused = {
      errorCode: 56,
      message: expect.stringContaining('cannot be written (ENOENT)'),
    };
    expect(write(other, 'b', 0)).toEqual(refused);
    expect(other.log.endOffset).toBe(0);
    mkdirSync(hidden);
    expect(write(other, 'b', 0)).toMatchObject({ baseOffset: 0 });
    log.close();
  });

  it('forgets a deleted topic with all its files', () => {
    const first = open();
    write(partitionOf(first), 'a');
    const topic = first.topics.get('t');
    if (topic !== undefined) first.topics.delete(topic);
    expect(readdirSync(join(folder, 'topics'))).toEqual([]);
    abandon(first);
    const second = open();
    expect(second.topics.all).toEqual([]);
    second.close();
  });

  it('keeps a transaction open, and what was aborted as such', () => {
    const first = open();
    const partition = partitionOf(first);
    const begin = (producerId: number) => {
      const builder = new RecordBatchBuilder();
      builder.append(null, Buffer.from('x'), [], 1);
      const stamp = { producerId, producerEpoch: 0, baseSequence: 0, transactional: true };
      partition.append(builder.build(stamp), rules, 1, () => true);
    };
    begin(1);
    partition.endTransaction({ producerId: 1, producerEpoch: 0, committed: false, timestampMs: 1 });
    begin(2);
    abandon(first);
    const second = open();
    const again = partitionOf(second);
    expect(again.lastStableOffset).toBe(2);
    expect(again.transactions.abortedWithin(0, 3, 0)).toEqual([{ producerId: 1, firstOffset: 0 }]);
    second.close();
  });

  it('is refused while another has it, and taken when that one was killed', () => {
    const first = open();
    expect(() => open()).toThrow(`The folder ${folder} is used by process ${process.pid}`);
    first.close();
    // A process that is not there any more, and one whose id another process got.
    for (const holder of [
      { pid: 2 ** 22 + 1, started: '1' },
      { pid: 1, started: 'never' },
    ]) {
      writeFileSync(join(folder, 'lock'), JSON.stringify(holder));
      open().close();
    }
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, started: null }));
    expect(() => open()).toThrow(`is used by process ${process.ppid}`);
  });

  it('does not touch a folder of something else', () => {
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    expect(() => open()).toThrow('holds other things and no log');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    expect(() => open()).toThrow(`'${folder}' cannot be used (EEXIST)`);
    rmSync(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, 'partita-log.json'), '{"format":2}');
    expect(() => open()).toThrow('holds a log of format 2, this version reads 1');
  });
});
