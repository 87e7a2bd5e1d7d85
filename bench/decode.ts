/**
 * How fast record batches are decoded and built on one core. Run: node bench/decode.ts
 *
 * 100 B values with 10 B keys in fetch-sized buffers; checksums are verified. Median of nine passes after three for warm-up.
 */
import {
  type Compression,
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../src/protocol/index.ts';

const RECORDS = 1_000_000;
const FETCH_RECORDS = 8_000;
const PASSES = 9;
const WARM_UP = 3;
const START_MS = 1_700_000_000_000;

type Touch = (records: readonly KafkaRecord[]) => number;

const value = Buffer.alloc(100);
for (let i = 0; i < value.length; i++) value[i] = 97 + ((i * 7) % 23);

/** Batches that hold `FETCH_RECORDS` together, as one fetch response would. */
function fetched(perBatch: number, compression: Compression): Buffer {
  const batches: Buffer[] = [];
  for (let base = 0; base < FETCH_RECORDS; base += perBatch) {
    const builder = new RecordBatchBuilder();
    for (let i = 0; i < perBatch; i++)
      builder.append(Buffer.from(`key-${base + i}`.padEnd(10)), value, [], START_MS + i);
    const batch = Buffer.from(builder.build({ compression }));
    batch.writeBigInt64BE(BigInt(base), 0);
    batches.push(batch);
  }
  return Buffer.concat(batches);
}

function median(rates: readonly number[]): number {
  return [...rates].sort((a, b) => a - b)[rates.length >> 1] ?? 0;
}

function measure(name: string, pass: () => number): void {
  const rates: number[] = [];
  for (let i = 0; i < WARM_UP + PASSES; i++) {
    const before = process.hrtime.bigint();
    const records = pass();
    const seconds = Number(process.hrtime.bigint() - before) / 1e9;
    if (i >= WARM_UP) rates.push(records / seconds);
  }
  console.log(`${name.padEnd(52)} ${(median(rates) / 1e6).toFixed(2)} M records/s`);
}

function decodePass(bytes: Buffer, touch: Touch): number {
  let records = 0;
  while (records < RECORDS) {
    const into: KafkaRecord[] = [];
    decodeRecords(bytes, { topic: 'bench', partition: 0, startOffset: 0 }, into);
    touch(into);
    records += into.length;
  }
  return records;
}

function buildPass(): number {
  const key = Buffer.from('key-123456');
  for (let base = 0; base < RECORDS; base += 1_000) {
    const builder = new RecordBatchBuilder();
    for (let i = 0; i < 1_000; i++) builder.append(key, value, [], START_MS + i);
    builder.build();
  }
  return RECORDS;
}

const nothing: Touch = (records) => records.length;
const everyValue: Touch = (records) => {
  let bytes = 0;
  for (const record of records) bytes += (record.value?.length ?? 0) + record.offset;
  return bytes;
};
const everything: Touch = (records) => {
  let sum = 0;
  for (const record of records)
    sum += (record.key?.length ?? 0) + (record.value?.length ?? 0) + record.timestampMs;
  return sum;
};

console.log(`node ${process.version}, ${RECORDS} records a pass, checksums verified`);
const small = fetched(125, 'none');
measure('decode, batches of 125 (16 kB)', () => decodePass(small, nothing));
const large = fetched(FETCH_RECORDS, 'none');
measure('decode, one batch of 8000 (1 MB)', () => decodePass(large, nothing));
measure('decode, 16 kB, offset and value read', () => decodePass(small, everyValue));
measure('decode, 16 kB, key, value and timestamp read', () => decodePass(small, everything));
for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
  const bytes = fetched(125, compression);
  measure(`decode, 16 kB, ${compression}`, () => decodePass(bytes, nothing));
}
measure('build, batches of 1000', buildPass);
