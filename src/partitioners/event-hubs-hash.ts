/** The three words of a lookup3 state. */
type Words = [a: number, b: number, c: number];

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/**
 * The hash by which the Event Hubs service maps a partition key to a partition: Bob Jenkins' lookup3 over the key's UTF-8
 * bytes with zero seeds, folded to a signed 16-bit integer (`PartitionResolver` of the .NET SDK).
 */
export function eventHubsHash(key: Uint8Array): number {
  const length = key.length;
  const start = (0xdeadbeef + length) | 0;
  const words: Words = [start, start, start];
  let at = 0;
  for (; length - at > 12; at += 12) {
    add(words, key, at);
    mix(words);
  }
  if (length > 0) {
    add(words, key, at);
    finish(words);
  }
  return ((words[2] ^ words[1]) << 16) >> 16;
}

/** Partition of a key on Event Hubs; `partitionCount` is at least 1. */
export function eventHubsPartition(key: Uint8Array, partitionCount: number): number {
  return Math.abs(eventHubsHash(key) % partitionCount);
}

/** Adds up to twelve bytes, little-endian; missing ones are zero. */
function add(words: Words, key: Uint8Array, at: number): void {
  const word = (from: number): number =>
    (key[from] ?? 0) |
    ((key[from + 1] ?? 0) << 8) |
    ((key[from + 2] ?? 0) << 16) |
    ((key[from + 3] ?? 0) << 24);
  words[0] = (words[0] + word(at)) | 0;
  words[1] = (words[1] + word(at + 4)) | 0;
  words[2] = (words[2] + word(at + 8)) | 0;
}

function mix(words: Words): void {
  let [a, b, c] = words;
  const steps = [4, 6, 8, 16, 19, 4];
  for (const bits of steps) {
    a = ((a - c) | 0) ^ rotate(c, bits);
    c = (c + b) | 0;
    [a, b, c] = [b, c, a];
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
}

function finish(words: Words): void {
  let [a, b, c] = words;
  const steps = [14, 11, 25, 16, 4, 14, 24];
  for (const bits of steps) {
    c = ((c ^ b) - rotate(b, bits)) | 0;
    [a, b, c] = [b, c, a];
  }
  // Seven steps turn the words by one place; the last result is now the second word.
  words[0] = c;
  words[1] = a;
  words[2] = b;
}
