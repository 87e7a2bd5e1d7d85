import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One handled record, as a member process noted it down. */
export interface HandledEntry {
  readonly member: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: number;
  readonly sequence: number;
  /** Monotonic time of the machine, comparable between processes, in nanoseconds. */
  readonly atNs: bigint;
}

const entryBytes = 28;

/** Notes each record down before its handler returns: what is written survives a kill -9 of the process. */
export class HandledLog implements Disposable {
  readonly #file: number;
  readonly #entry = Buffer.alloc(entryBytes);

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  add(partition: number, offset: number, key: number, sequence: number): void {
    const entry = this.#entry;
    entry.writeUInt32LE(partition, 0);
    entry.writeDoubleLE(offset, 4);
    entry.writeUInt32LE(key, 12);
    entry.writeUInt32LE(sequence, 16);
    entry.writeBigUInt64LE(process.hrtime.bigint(), 20);
    writeSync(this.#file, entry);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

export function readHandledLog(path: string, member: string): HandledEntry[] {
  const bytes = readFileSync(path);
  const entries: HandledEntry[] = [];
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes)
    entries.push({
      member,
      partition: bytes.readUInt32LE(at),
      offset: bytes.readDoubleLE(at + 4),
      key: bytes.readUInt32LE(at + 12),
      sequence: bytes.readUInt32LE(at + 16),
      atNs: bytes.readBigUInt64LE(at + 20),
    });
  return entries;
}
