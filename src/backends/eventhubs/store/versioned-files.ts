import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface VersionedFile {
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

/**
 * Small files that several processes replace, each on condition that it has seen the newest version: compare and swap with
 * what every local file system has.
 *
 * Version 7 of a record is the file `<name>.7`. It is made by linking a finished file to that name, which fails if the name
 * is taken: of two writers who saw version 6 one gets through. The version before is kept until the next write, so the
 * name a late writer tries for is taken or below the newest; in the latter case it takes its file away again. A crash
 * between two steps leaves a file that nobody reads.
 */
export class VersionedFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  async readAll(): Promise<readonly VersionedFile[]> {
    const newest = await this.#newest();
    const files = await Promise.all([...newest].map(([name]) => this.#read(name)));
    return files.filter((file) => file !== undefined);
  }

  /** Writes the version after `version`, 0 for a file that does not exist. False if that is not the newest one. */
  async replace(name: string, version: number, text: string): Promise<boolean> {
    const next = version + 1;
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, text);
    try {
      if ((await this.#versionsOf(name)).some((other) => other > version)) return false;
      if (!(await linked(draft, this.#path(name, next)))) return false;
      const versions = await this.#versionsOf(name);
      if (Math.max(...versions) > next) {
        await removed(this.#path(name, next));
        return false;
      }
      await this.#remove(
        name,
        versions.filter((other) => other < version),
      );
      return true;
    } finally {
      await removed(draft);
    }
  }

  /** Takes the file away if that is its newest version. */
  async remove(name: string, version: number): Promise<void> {
    const versions = await this.#versionsOf(name);
    if (Math.max(...versions) === version) await this.#remove(name, versions);
  }

  /** The newest version; looks again when it is replaced between the list and the read. */
  async #read(name: string): Promise<VersionedFile | undefined> {
    for (;;) {
      const versions = await this.#versionsOf(name);
      if (versions.length === 0) return undefined;
      const version = Math.max(...versions);
      const text = await readFile(this.#path(name, version), 'utf8').catch(ifMissing);
      if (text !== undefined) return { name, version, text };
    }
  }

  async #newest(): Promise<ReadonlyMap<string, number>> {
    const newest = new Map<string, number>();
    for (const file of (await readdir(this.#folder).catch(ifMissing)) ?? []) {
      const { name, version } = parse(file);
      if (version > 0) newest.set(name, Math.max(version, newest.get(name) ?? 0));
    }
    return newest;
  }

  async #versionsOf(wanted: string): Promise<number[]> {
    const files = (await readdir(this.#folder).catch(ifMissing)) ?? [];
    return files
      .map(parse)
      .filter(({ name, version }) => name === wanted && version > 0)
      .map(({ version }) => version);
  }

  async #remove(name: string, versions: readonly number[]): Promise<void> {
    // Oldest first: a reader in between must not take an older one for the newest.
    for (const version of versions.toSorted((a, b) => a - b))
      await removed(this.#path(name, version));
  }

  #path(name: string, version: number): string {
    return join(this.#folder, `${name}.${version}`);
  }
}

function parse(file: string): { name: string; version: number } {
  const match = /^([^.].*)\.(\d+)$/.exec(file);
  return { name: match?.[1] ?? '', version: Number(match?.[2] ?? 0) };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

async function removed(path: string): Promise<void> {
  await unlink(path).catch(ifMissing);
}

function ifMissing(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
}
