import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/core/index.ts';
import { CommonLog } from '../../../../src/emulator/common-log.ts';
import type { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import {
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const rules = { maxBatchBytes: 1_000_000, keysRequired: false, appendTime: false };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Step =
  | { readonly kind: 'append'; readonly keys: readonly number[]; readonly bytes: number }
  | { readonly kind: 'delete'; readonly share: number }
  | { readonly kind: 'compact' | 'restart' };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: appendStep() },
    fc.record({
      kind: fc.constant('delete' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constantFrom('compact' as const, 'restart' as const) }),
  ),
  { maxLength: 40 },
);

function appendStep() {
  return fc.record({
    kind: fc.constant('append' as const),
    keys: fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
    bytes: fc.nat(4_000),
  });
}

interface Line {
  readonly offset: number;
  readonly key: string;
  readonly size: number;
}

/** What a log is in few words: records that count, by offset. */
class Model {
  lines: Line[] = [];
  start = 0;
  end = 0;

  append(keys: readonly number[], size: number): void {
    for (const key of keys) this.lines.push({ offset: this.end++, key: String(key), size });
  }

  delete(share: number): number {
    this.start = Math.max(this.start, Math.floor(this.end * share));
    this.lines = this.lines.filter(({ offset }) => offset >= this.start);
    return this.start;
  }

  compact(): void {
    const last = new Map(this.lines.map(({ key, offset }) => [key, offset]));
    this.lines = this.lines.filter(({ key, offset }) => last.get(key) === offset);
  }
}

function linesFrom(partition: Partition, startOffset: number, maxBytes: number): Line[] {
  const records: KafkaRecord[] = [];
  for (let next = startOffset; next < partition.log.endOffset; ) {
    const bytes = partition.log.read(next, maxBytes, true) ?? Buffer.alloc(0);
    if (bytes.length === 0) break;
    const source = { topic: 't', partition: 0, startOffset: next };
    const after = decodeRecords(bytes, source, records).nextOffset;
    expect(after).toBeGreaterThan(next);
    next = after;
  }
  return records.map(({ offset, key, value }) => ({
    offset,
    key: String(key),
    size: value?.length ?? -1,
  }));
}

it('whatever is appended, deleted and compacted, a log holds what counts, also after restarts', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const folder = mkdtempSync(join(tmpdir(), 'partita-restarts-'));
      folders.push(folder);
      const clock = new VirtualClock({ startMs: 1 });
      const limits = { maxPartitionBytes: 2 ** 30, maxBytes: 2 ** 30, retentionMs: 1e12 };
      const open = () =>
        new CommonLog({ clock, logger: silentLogger, ...limits, folder }, { topicWord: 'topic' });
      const model = new Model();
      let log = open();
      for (const step of list as Step[]) {
        const partition = log.openTopic('t', 1).partitions[0] as Partition;
        if (step.kind === 'append') {
          const builder = new RecordBatchBuilder();
          for (const key of step.keys)
            builder.append(Buffer.from(String(key)), Buffer.alloc(step.bytes), [], 1);
          partition.append(builder.build(), rules, 1);
          model.append(step.keys, step.bytes);
        } else if (step.kind === 'delete') partition.log.deleteBefore(model.delete(step.share));
        else if (step.kind === 'compact') {
          log.compact('t');
          model.compact();
        } else {
          log.close();
          log = open();
        }
      }
      const partition = log.openTopic('t', 1).partitions[0] as Partition;
      expect([partition.log.startOffset, partition.log.endOffset]).toEqual([
        model.start,
        model.end,
      ]);
      for (const maxBytes of [1, 5_000, 1e9])
        expect(linesFrom(partition, model.start, maxBytes)).toEqual(model.lines);
      log.close();
    }),
    { numRuns: 60 },
  );
});
