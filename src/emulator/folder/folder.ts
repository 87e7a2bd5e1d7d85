import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidConfigError, type Logger } from '../../core/index.ts';
import type { Journal } from '../journal.ts';
import type { Topic } from '../kafka-log/topic.ts';
import type { KeptTopic, TopicKeeper } from '../kafka-log/topics.ts';
import { lockFolder } from './folder-lock.ts';
import { JournalFile } from './journal-file.ts';
import { OpenFiles } from './open-files.ts';
import { type KeptPartition, PartitionFolder } from './partition-folder.ts';

const FORMAT_FILE = 'partita-log.json';
const FORMAT = 1;

/** A folder that keeps what a log holds: topics, records, and in its journal what else shall outlive the process. */
export class Folder implements TopicKeeper {
  readonly journal: Journal;
  readonly #path: string;
  readonly #logger: Logger;
  readonly #files = new OpenFiles();
  readonly #partitions = new Map<string, PartitionFolder>();
  readonly #unlock: () => void;

  /**
   * @throws InvalidConfigError when it is no folder, or one of something else.
   * @throws PartitaError `UNAVAILABLE` when another process works in it.
   */
  constructor(path: string, logger: Logger) {
    this.#path = resolve(path);
    this.#logger = logger;
    prepare(this.#path);
    this.#unlock = lockFolder(this.#path);
    try {
      const file = join(this.#path, 'journal');
      this.journal = new JournalFile(file, this.#files, (bytes) => this.#cut(file, bytes));
      this.#reportStrays();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Topics as they were kept. */
  *topics(): Generator<KeptTopic> {
    for (const [key, value] of this.journal.entries('topic')) {
      const kept = value as Omit<KeptTopic, 'id' | 'configs'> & { configs: [string, string][] };
      yield { ...kept, id: String(key[1]), configs: new Map(kept.configs) };
    }
  }

  recordsOf(topicId: string, partition: number): KeptPartition {
    return this.storeOf(topicId, partition).read((path, bytes) => this.#cut(path, bytes));
  }

  storeOf(topicId: string, partition: number): PartitionFolder {
    const path = join(this.#topicPath(topicId), String(partition));
    let store = this.#partitions.get(path);
    if (store === undefined) {
      store = new PartitionFolder(path, this.#files);
      this.#partitions.set(path, store);
    }
    return store;
  }

  changed({ id, name, partitions, configs, createdAtMs }: Topic): void {
    const kept = { name, partitions: partitions.length, configs: [...configs], createdAtMs };
    this.journal.set(['topic', id], kept);
  }

  deleted({ id, partitions }: Topic): void {
    this.journal.delete(['topic', id]);
    for (const index of partitions.keys()) {
      this.storeOf(id, index).remove();
      this.#partitions.delete(join(this.#topicPath(id), String(index)));
    }
    rmSync(this.#topicPath(id), { recursive: true, force: true });
  }

  close(): void {
    this.#files.closeAll();
    this.#unlock();
  }

  /** Of a topic whose deletion was cut short, or whose entry in the journal is damaged: records are not thrown away on a guess. */
  #reportStrays(): void {
    const folder = join(this.#path, 'topics');
    mkdirSync(folder, { recursive: true });
    const kept = new Set([...this.topics()].map(({ id }) => id));
    for (const id of readdirSync(folder))
      if (!kept.has(id))
        this.#logger.warn('Records of a topic that is not in the journal are left alone', {
          folder: join(folder, id),
        });
  }

  #topicPath(id: string): string {
    return join(this.#path, 'topics', id);
  }

  #cut(file: string, bytes: number): void {
    this.#logger.warn('The end of a file was not written whole, and is cut off', { file, bytes });
  }
}

/** Makes the folder, or checks that it is one of ours. */
function prepare(path: string): void {
  const wrong = (problem: string): InvalidConfigError =>
    new InvalidConfigError('folder', [`'${path}' ${problem}`]);
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.R_OK);
  } catch (error) {
    throw wrong(`cannot be used (${(error as NodeJS.ErrnoException).code}); give another folder`);
  }
  const names = readdirSync(path);
  if (names.length === 0) {
    writeFileSync(join(path, FORMAT_FILE), `${JSON.stringify({ format: FORMAT })}\n`);
    return;
  }
  if (!names.includes(FORMAT_FILE))
    throw wrong('holds other things and no log; give an empty folder, or one that was used so');
  const format = formatIn(join(path, FORMAT_FILE));
  if (format !== FORMAT)
    throw wrong(
      `holds a log of format ${format}, this version reads ${FORMAT}; give another folder`,
    );
}

function formatIn(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown }).format;
  } catch (error) {
    return `that cannot be read (${(error as Error).message})`;
  }
}
