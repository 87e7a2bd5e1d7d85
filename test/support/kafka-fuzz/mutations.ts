import { crc32c } from '@node-rs/crc32';
import type { Chance } from './chance.ts';
import type { Sample } from './corpus.ts';

/** Changes the body of a request; may change the buffer it is given. */
type Mutation = (body: Buffer, chance: Chance, others: readonly Sample[]) => Buffer;

/** Numbers at which lengths, counts, offsets and times go wrong. */
const numbers = [
  0, 1, -1, -2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10_0000, 0x0600_0000, 0x7fff_ffff, -0x8000_0000,
];
/** As counts of compact arrays and lengths of compact strings; the last ones go on too long. */
const varints = [
  [0x00],
  [0x01],
  [0x7f],
  [0xff, 0x7f],
  [0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];
const CRC_AT = 17;
const COVERED_FROM = 21;

const place = (body: Buffer, chance: Chance): number => chance.below(Math.max(1, body.length));

const slice: Mutation = (body, chance) => {
  const from = place(body, chance);
  return body.subarray(from, from + 1 + chance.below(40));
};

const spliced = (body: Buffer, at: number, removed: number, put: Uint8Array): Buffer =>
  Buffer.concat([body.subarray(0, at), put, body.subarray(at + removed)]);

export const bodyMutations: Readonly<Record<string, Mutation>> = {
  'as it is': (body) => body,
  'bits flipped': (body, chance) => {
    for (let left = 1 + chance.below(8); left > 0; left--) {
      const at = place(body, chance);
      body[at] = (body[at] ?? 0) ^ (1 << chance.below(8));
    }
    return body;
  },
  '16 bits replaced': (body, chance) => {
    const number = Buffer.alloc(2);
    number.writeInt16BE((chance.pick(numbers) << 16) >> 16);
    return spliced(body, place(body, chance), 2, number);
  },
  '32 bits replaced': (body, chance) => {
    const number = Buffer.alloc(4);
    number.writeInt32BE(chance.pick(numbers));
    return spliced(body, place(body, chance), 4, number);
  },
  '64 bits replaced': (body, chance) => {
    const number = Buffer.alloc(8);
    number.writeInt32BE(chance.pick(numbers), 0);
    number.writeInt32BE(chance.pick(numbers), 4);
    return spliced(body, place(body, chance), 8, number);
  },
  'varint put in': (body, chance) =>
    spliced(body, place(body, chance), chance.below(3), Buffer.from(chance.pick(varints))),
  truncated: (body, chance) => body.subarray(0, place(body, chance)),
  lengthened: (body, chance) => Buffer.concat([body, chance.bytes(1 + chance.below(64))]),
  'slice removed': (body, chance) =>
    spliced(body, place(body, chance), 1 + chance.below(16), Buffer.alloc(0)),
  'slice repeated': (body, chance, others) => {
    const part = slice(body, chance, others);
    return spliced(body, place(body, chance), 0, part);
  },
  'slice of another request': (body, chance, others) =>
    spliced(
      body,
      place(body, chance),
      chance.below(16),
      slice(chance.pick(others).body, chance, []),
    ),
  'body of another request': (_, chance, others) => Buffer.from(chance.pick(others).body),
  'random body': (_, chance) => chance.bytes(chance.below(200)),
};

/** Changes a batch behind its checksum and puts that right again, so that the change is found by whoever reads the records. */
export function damageRecords(batch: Buffer, chance: Chance): void {
  for (let left = 1 + chance.below(4); left > 0; left--) {
    const at = COVERED_FROM + chance.below(batch.length - COVERED_FROM);
    if (chance.below(2) === 0 && at + 4 <= batch.length)
      batch.writeInt32BE(chance.pick(numbers), at);
    else batch[at] = chance.below(256);
  }
  batch.writeUInt32BE(crc32c(batch.subarray(COVERED_FROM)), CRC_AT);
}
