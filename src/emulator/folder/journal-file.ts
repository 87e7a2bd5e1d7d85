import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Journal, JournalKey } from '../journal.ts';
import { FRAME_HEAD, frameHead, framesOf } from './frames.ts';
import type { OpenFiles } from './open-files.ts';

/** The file is written anew when it has grown by this and holds twice what counts. */
const REWRITE_BYTES = 4 * 1024 * 1024;

/** A journal in a file to which each change is appended; what was replaced goes when the file is written anew. */
export class JournalFile implements Journal {
  readonly #path: string;
  readonly #files: OpenFiles;
  /** By key, both as JSON. */
  readonly #entries = new Map<string, string>();
  #length = 0;
  #liveLength = 0;

  /** @param cut told how many bytes at the end of the file were no whole change */
  constructor(path: string, files: OpenFiles, cut: (bytes: number) => void) {
    this.#path = path;
    this.#files = files;
    const bytes = contentOf(path);
    const { frames, end } = framesOf(bytes);
    for (const frame of frames) {
      const [key, value] = JSON.parse(frame.toString()) as [JournalKey, unknown];
      if (value === undefined) this.#entries.delete(JSON.stringify(key));
      else this.#entries.set(JSON.stringify(key), JSON.stringify(value));
    }
    if (end < bytes.length) cut(bytes.length - end);
    this.#rewrite();
  }

  set(key: JournalKey, value: unknown): void {
    const name = JSON.stringify(key);
    const text = JSON.stringify(value);
    if (this.#entries.get(name) === text) return;
    this.#append(`[${name},${text}]`);
    this.#entries.set(name, text);
  }

  delete(key: JournalKey): void {
    const name = JSON.stringify(key);
    if (!this.#entries.has(name)) return;
    this.#append(`[${name}]`);
    this.#entries.delete(name);
  }

  *entries(kind: string): Generator<readonly [JournalKey, unknown]> {
    for (const [name, text] of [...this.#entries]) {
      const key = JSON.parse(name) as JournalKey;
      if (key[0] === kind) yield [key, JSON.parse(text) as unknown];
    }
  }

  #append(text: string): void {
    if (this.#length > this.#liveLength * 2 + REWRITE_BYTES) this.#rewrite();
    const bytes = Buffer.from(text);
    this.#files.write(this.#path, [frameHead([bytes]), bytes], this.#length);
    this.#length += FRAME_HEAD + bytes.length;
  }

  #rewrite(): void {
    const parts: Buffer[] = [];
    for (const [name, text] of this.#entries) {
      const bytes = Buffer.from(`[${name},${text}]`);
      parts.push(frameHead([bytes]), bytes);
    }
    const all = Buffer.concat(parts);
    this.#files.close(this.#path);
    writeFileSync(`${this.#path}.next`, all);
    renameSync(`${this.#path}.next`, this.#path);
    this.#length = all.length;
    this.#liveLength = all.length;
  }
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
