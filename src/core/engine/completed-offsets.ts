/**
 * Finished offsets beyond the committed position, as text beside the commit: after a crash that work is not repeated.
 *
 * `r` + runs: lengths of unfinished and finished stretches in turn, as base-128 numbers. `b` + bits: one per offset. The
 * shorter one is taken. Both begin at the committed offset and are base64url. Readers that do not know the text ignore it.
 */
const runForm = 'r';
const bitForm = 'b';
const prefix = 'partita1';

/** `runs` are `[from, to)` pairs in ascending order at or after `base`. What does not fit into `maxBytes` is left out. */
export function encodeCompleted(base: number, runs: readonly number[], maxBytes: number): string {
  const room = Math.floor(((maxBytes - prefix.length - 1) * 3) / 4);
  if (runs.length === 0 || room < 2) return '';
  const asRuns = encodeRuns(base, runs, room);
  const asBits = encodeBits(base, runs, room);
  const bitsAreBetter =
    asBits.covered > asRuns.covered ||
    (asBits.covered === asRuns.covered && asBits.bytes.length < asRuns.bytes.length);
  const [form, { bytes }] = bitsAreBetter ? [bitForm, asBits] : [runForm, asRuns];
  return bytes.length === 0 ? '' : `${prefix}${form}${Buffer.from(bytes).toString('base64url')}`;
}

/** The runs that `encodeCompleted` wrote; empty for any other text. */
export function decodeCompleted(base: number, text: string): number[] {
  if (!text.startsWith(prefix)) return [];
  const form = text[prefix.length];
  const bytes = Buffer.from(text.slice(prefix.length + 1), 'base64url');
  if (form === runForm) return decodeRuns(base, bytes);
  if (form === bitForm) return decodeBits(base, bytes);
  return [];
}

interface Encoded {
  readonly bytes: number[];
  /** Finished offsets that made it in. */
  readonly covered: number;
}

function encodeRuns(base: number, runs: readonly number[], room: number): Encoded {
  const bytes: number[] = [];
  let at = base;
  let covered = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const from = runs[i] as number;
    const to = runs[i + 1] as number;
    const pair = [...varint(from - at), ...varint(to - from)];
    if (bytes.length + pair.length > room) break;
    bytes.push(...pair);
    covered += to - from;
    at = to;
  }
  return { bytes, covered };
}

function encodeBits(base: number, runs: readonly number[], room: number): Encoded {
  const end = Math.min(runs[runs.length - 1] as number, base + room * 8);
  const bytes = new Array<number>(Math.max(0, Math.ceil((end - base) / 8))).fill(0);
  let covered = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const to = Math.min(runs[i + 1] as number, end);
    for (let offset = runs[i] as number; offset < to; offset++) {
      const bit = offset - base;
      bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7));
      covered++;
    }
  }
  return { bytes, covered };
}

function decodeRuns(base: number, bytes: Buffer): number[] {
  const runs: number[] = [];
  let at = base;
  let value = 0;
  let scale = 1;
  let finished = false;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    if (finished) runs.push(at, at + value);
    at += value;
    finished = !finished;
    value = 0;
    scale = 1;
  }
  return runs;
}

function decodeBits(base: number, bytes: Buffer): number[] {
  const runs: number[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    if (((bytes[bit >> 3] as number) & (1 << (bit & 7))) === 0) continue;
    const offset = base + bit;
    if (runs.at(-1) === offset) runs[runs.length - 1] = offset + 1;
    else runs.push(offset, offset + 1);
  }
  return runs;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}
