/** In front of each entry. */
const LENGTH = 4;

/** Extras of a batch: an entry of bytes for each of its records, in their order. What they mean is not the log's business. */
export function joinExtras(entries: readonly Buffer[]): Buffer {
  const size = entries.reduce((sum, { length }) => sum + LENGTH + length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt32BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/** The entries, views and no copies. */
export function splitExtras(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH;
    at = start + bytes.readUInt32BE(at);
    entries.push(bytes.subarray(start, at));
  }
  return entries;
}

/** The extras with only these entries. */
export function keepExtras(bytes: Buffer, kept: readonly number[]): Buffer {
  const entries = splitExtras(bytes);
  return joinExtras(kept.flatMap((at) => entries[at] ?? []));
}
