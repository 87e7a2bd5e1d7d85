/**
 * 32-bit FNV-1a of a key's bytes (draft-eastlake-fnv). Two keys with one hash share a lane, which costs a little
 * concurrency and never order.
 */
export function keyHash(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
  return hash;
}
