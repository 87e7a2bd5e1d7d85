const SEED = 0x9747b28c | 0;
const M = 0x5bd1e995;
const R = 24;

/**
 * MurmurHash2, 32 bits, as Kafka's Java client computes it for record keys (`Utils.murmur2`): little-endian blocks of four,
 * unsigned bytes, the seed xor the length. A signed 32-bit integer.
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const blocks = length & ~3;
  let hash = SEED ^ length;
  for (let i = 0; i < blocks; i += 4) {
    let k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    k = Math.imul(k, M);
    k ^= k >>> R;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  if (length > blocks) {
    for (let i = length - 1; i >= blocks; i--) hash ^= (bytes[i] as number) << (8 * (i - blocks));
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}
