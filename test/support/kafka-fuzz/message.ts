import { Chance } from './chance.ts';
import { conversations, type Sample } from './corpus.ts';
import { bodyMutations, damageRecords } from './mutations.ts';

/** Bytes for a connection, and what to expect of them. */
export interface FuzzMessage {
  readonly index: number;
  /** What was done to which request, for a person to read. */
  readonly about: string;
  readonly bytes: Buffer;
  /** Nothing sensible can follow on the same connection. */
  readonly breaksFraming: boolean;
}

const framings = {
  'announced too large': (frame: Buffer, chance: Chance) =>
    announce(frame, frame.length - 4 + 1 + chance.below(1_000)),
  'announced too small': (frame: Buffer, chance: Chance) =>
    announce(frame, Math.max(0, frame.length - 4 - 1 - chance.below(20))),
  'announced absurdly': (frame: Buffer, chance: Chance) =>
    announce(frame, chance.pick([-1, -0x8000_0000, 0, 3, 7, 0x7fff_ffff, 0x0640_0001])),
  'cut on the way': (frame: Buffer, chance: Chance) =>
    frame.subarray(0, chance.below(frame.length)),
  'no request at all': (_: Buffer, chance: Chance) =>
    chance.below(4) === 0
      ? Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
      : chance.bytes(1 + chance.below(300)),
} as const;

const bodyKinds = Object.keys(bodyMutations);
const framingKinds = Object.keys(framings) as (keyof typeof framings)[];

/** The same message for the same seed and index. */
export function fuzzMessage(samples: readonly Sample[], seed: number, index: number): FuzzMessage {
  const chance = new Chance(Math.imul(seed, 0x9e37_79b1) ^ index);
  const sample = chance.pick(samples);
  const name = `${sample.name} v${sample.version}`;
  const kind = chance.below(20);
  if (kind === 0) {
    const [key, version] = [chance.below(90) - 5, chance.below(24) - 4];
    const bytes = framed(sample, Buffer.from(sample.body), chance, { key, version });
    return { index, about: `${name}: key ${key} v${version}`, bytes, breaksFraming: false };
  }
  if (kind <= 2) {
    const how = chance.pick(framingKinds);
    const bytes = framings[how](framed(sample, Buffer.from(sample.body), chance), chance);
    return { index, about: `${name}: ${how}`, bytes, breaksFraming: true };
  }
  const body = Buffer.from(sample.body);
  if (sample.batch !== undefined && kind < 12) {
    const at = sample.batch.byteOffset - sample.body.byteOffset;
    damageRecords(body.subarray(at, at + sample.batch.length), chance);
    const bytes = framed(sample, body, chance);
    return { index, about: `${name}: records damaged`, bytes, breaksFraming: false };
  }
  const how = chance.pick(bodyKinds);
  const changed = bodyMutations[how]?.(body, chance, samples) ?? body;
  const bytes = framed(sample, changed, chance);
  return { index, about: `${name}: ${how}`, bytes, breaksFraming: false };
}

/** A client that says how it wants to say who it is, and then does so in a damaged way. */
export function fuzzLogin(samples: readonly Sample[], seed: number, index: number): FuzzMessage {
  const chance = new Chance(Math.imul(seed, 0x85eb_ca6b) ^ index);
  const { first, second } = chance.pick(conversations);
  const said = framed(first, Buffer.from(first.body), chance);
  const { about, bytes } = fuzzMessage([second, second, chance.pick(samples)], seed, index);
  // After the first version of the handshake tokens come without a header.
  const token = first.version === 0 && chance.below(2) === 0 ? bare(bytes) : bytes;
  const whole = Buffer.concat([said, token]);
  return { index, about: `after ${first.name}, ${about}`, bytes: whole, breaksFraming: true };
}

function bare(frame: Buffer): Buffer {
  const token = frame.subarray(Math.min(frame.length, 20));
  return announce(Buffer.concat([Buffer.alloc(4), token]), token.length);
}

/** A frame with length and header. Now and then the header's client id is damaged, too. */
function framed(
  { key, version, flexible }: Sample,
  body: Buffer,
  chance: Chance,
  instead: { readonly key?: number; readonly version?: number } = {},
): Buffer {
  const clientId = Buffer.from(chance.below(8) === 0 ? 'a client id' : 'fuzz');
  const head = Buffer.alloc(14);
  head.writeInt16BE(instead.key ?? key, 4);
  head.writeInt16BE(instead.version ?? version, 6);
  head.writeInt32BE(chance.below(0x7fff_ffff), 8);
  const claimed = chance.below(100) === 0 ? chance.pick([-1, -2, 0, 0x7fff]) : clientId.length;
  head.writeInt16BE(claimed, 12);
  const tags = flexible ? Buffer.from([chance.below(200) === 0 ? 0xff : 0]) : Buffer.alloc(0);
  const frame = Buffer.concat([head, clientId, tags, body]);
  return announce(frame, frame.length - 4);
}

function announce(frame: Buffer, size: number): Buffer {
  frame.writeInt32BE(size | 0, 0);
  return frame;
}
