import type { CheckpointStore, Clock, Stamp, StoredGroup } from '../../../core/index.ts';
import {
  type GroupRecord,
  type RecordTable,
  type StoredRecord,
  storeOnTable,
} from './record-table.ts';

/** Groups in the memory of this process: for tests, and for groups with one process that may begin anew. */
export function memoryCheckpointStore(clock: Pick<Clock, 'now'>): CheckpointStore {
  return storeOnTable(new MemoryTable(clock));
}

class MemoryTable implements RecordTable {
  readonly name = 'the memory of this process';
  readonly #clock: Pick<Clock, 'now'>;
  readonly #groups = new Map<string, Map<string, StoredRecord>>();
  #writes = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async check(): Promise<void> {}

  nowMs(): number {
    return this.#clock.now();
  }

  async list(group: StoredGroup): Promise<readonly StoredRecord[]> {
    return [...this.#records(group).values()];
  }

  async groups(namespace: string): Promise<readonly string[]> {
    const prefix = `${namespace}/`.toLowerCase();
    const names = [...this.#groups.keys()].filter((name) => name.startsWith(prefix));
    return names.map((name) => name.slice(prefix.length));
  }

  async put(
    group: StoredGroup,
    key: string,
    record: GroupRecord,
    etag: string | null,
  ): Promise<Stamp | null> {
    const records = this.#records(group);
    if ((records.get(key)?.etag ?? null) !== etag) return null;
    const stamp = { etag: String(++this.#writes), modifiedMs: this.nowMs() };
    records.set(key, { ...record, ...stamp });
    return stamp;
  }

  async remove(group: StoredGroup, key: string, etag: string): Promise<void> {
    const records = this.#records(group);
    if (records.get(key)?.etag === etag) records.delete(key);
  }

  #records({ namespace, group }: StoredGroup): Map<string, StoredRecord> {
    const name = `${namespace}/${group}`.toLowerCase();
    const records = this.#groups.get(name) ?? new Map<string, StoredRecord>();
    this.#groups.set(name, records);
    return records;
  }
}
