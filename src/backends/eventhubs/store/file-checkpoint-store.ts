import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckpointStore,
  type Clock,
  PartitaError,
  type Stamp,
  type StoredGroup,
} from '../../../core/index.ts';
import {
  type GroupRecord,
  type RecordTable,
  type StoredRecord,
  storeOnTable,
} from './record-table.ts';
import { recordFromText, recordToText } from './record-text.ts';
import { VersionedFiles } from './versioned-files.ts';

export interface FileCheckpointStoreOptions {
  /** Is created when missing. All processes of the group must see it on the same local file system. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Groups in a folder: for several processes of one machine, without any service. */
export function fileCheckpointStore(options: FileCheckpointStoreOptions): CheckpointStore {
  return storeOnTable(new FileTable(options));
}

class FileTable implements RecordTable {
  readonly name: string;
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'now'>;

  constructor({ folder, clock }: FileCheckpointStoreOptions) {
    this.name = `folder ${folder}`;
    this.#folder = folder;
    this.#clock = clock;
  }

  async check(): Promise<void> {
    const probe = new VersionedFiles(this.#folder);
    try {
      await probe.create();
      await probe.replace('partita-check', 0, '');
      await probe.remove('partita-check', 1);
    } catch (cause) {
      throw new PartitaError(
        'INVALID_CONFIG',
        `Cannot write to ${this.name} (${String(cause)}). Make it writable, or correct the folder of the checkpoint store`,
        { cause },
      );
    }
  }

  nowMs(): number {
    return this.#clock.now();
  }

  async list(group: StoredGroup): Promise<readonly StoredRecord[]> {
    const files = await this.#try('read', () => this.#files(group).readAll());
    const records: StoredRecord[] = [];
    for (const { name, version, text } of files) {
      const read = recordFromText(text);
      if (read === undefined)
        throw new PartitaError(
          'CORRUPT_DATA',
          `File ${name}.${version} in ${this.name} is no record of a group. Delete it, or use another folder`,
        );
      records.push({ ...read, etag: String(version) });
    }
    return records;
  }

  async groups(namespace: string): Promise<readonly string[]> {
    const folder = join(this.#folder, encodeURIComponent(namespace.toLowerCase()));
    const names = await this.#try('read', () => foldersIn(folder));
    return names.map(decodeURIComponent);
  }

  async put(
    group: StoredGroup,
    key: string,
    record: GroupRecord,
    etag: string | null,
  ): Promise<Stamp | null> {
    const files = this.#files(group);
    const modifiedMs = this.nowMs();
    const version = Number(etag ?? 0);
    const done = await this.#try('write', async () => {
      await files.create();
      return files.replace(encodeURIComponent(key), version, recordToText(record, modifiedMs));
    });
    return done ? { etag: String(version + 1), modifiedMs } : null;
  }

  async remove(group: StoredGroup, key: string, etag: string): Promise<void> {
    await this.#try('delete', () =>
      this.#files(group).remove(encodeURIComponent(key), Number(etag)),
    );
  }

  #files({ namespace, group }: StoredGroup): VersionedFiles {
    const parts = [namespace, group].map((part) => encodeURIComponent(part.toLowerCase()));
    return new VersionedFiles(join(this.#folder, ...parts));
  }

  async #try<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      throw new PartitaError(
        'UNAVAILABLE',
        `Could not ${what} in ${this.name} (${String(cause)}); it is tried again`,
        { cause, retriable: true },
      );
    }
  }
}

/** None where nothing was stored yet. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}
