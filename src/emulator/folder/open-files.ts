import { closeSync, constants, openSync, writevSync } from 'node:fs';
import { PartitaError } from '../../core/index.ts';

/** Files held open at once: thousands of partitions must not use up what the system allows a process. */
const MOST_OPEN = 128;

/** Writes to many files, of which only those used last are open. */
export class OpenFiles {
  /** The one used last is the last. */
  readonly #open = new Map<string, number>();

  /**
   * Writes the parts at that place. When this fails the next write to the same place covers what was written of it.
   *
   * @throws PartitaError `UNAVAILABLE` when not all could be written.
   */
  write(path: string, parts: readonly Uint8Array[], position: number): void {
    const wanted = parts.reduce((sum, { length }) => sum + length, 0);
    let written: number;
    try {
      written = writevSync(this.#descriptor(path), parts, position);
    } catch (cause) {
      throw failure(path, (cause as NodeJS.ErrnoException).code ?? String(cause), cause);
    }
    if (written < wanted) throw failure(path, `${written} of ${wanted} bytes were taken`);
  }

  close(path: string): void {
    const descriptor = this.#open.get(path);
    if (descriptor === undefined) return;
    this.#open.delete(path);
    closeSync(descriptor);
  }

  closeAll(): void {
    for (const path of [...this.#open.keys()]) this.close(path);
  }

  #descriptor(path: string): number {
    const open = this.#open.get(path);
    const descriptor = open ?? openSync(path, constants.O_WRONLY | constants.O_CREAT);
    this.#open.delete(path);
    this.#open.set(path, descriptor);
    if (this.#open.size > MOST_OPEN) this.close([...this.#open.keys()][0] ?? path);
    return descriptor;
  }
}

function failure(path: string, why: string, cause?: unknown): PartitaError {
  return new PartitaError('UNAVAILABLE', `The file ${path} cannot be written (${why}).`, {
    retriable: true,
    cause,
  });
}
