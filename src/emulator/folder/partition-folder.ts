import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LogStore, PlacedBatch, SegmentContent } from '../kafka-log/log-store.ts';
import type { OpenFiles } from './open-files.ts';
import { storedBatch, storedBatchesOf } from './stored-batches.ts';

/** What a partition's folder holds. */
export interface KeptPartition {
  readonly segments: readonly SegmentContent[];
  readonly startOffset: number;
}

const SUFFIX = '.batches';
const START = 'start-offset';
const NEXT = 'next';
const generationName = /^generation-(\d+)$/;

/**
 * The files of one partition: a segment each, named by the offset it began with. They lie in a folder that has a number; compaction fills
 * the next one and then drops it, so that a crash finds the one or the other.
 */
export class PartitionFolder implements LogStore {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #lengths = new Map<number, number>();
  #generation: number;

  constructor(folder: string, files: OpenFiles) {
    this.#folder = folder;
    this.#files = files;
    mkdirSync(folder, { recursive: true });
    this.#generation = Math.max(0, ...generationsIn(folder));
    this.#dropAllBut(this.#generation);
    mkdirSync(this.#generationPath, { recursive: true });
  }

  append(segment: number, placed: PlacedBatch): void {
    const parts = storedBatch(placed);
    const position = this.#lengths.get(segment) ?? 0;
    this.#files.write(this.#path(segment), parts, position);
    this.#lengths.set(segment, position + parts.reduce((sum, { length }) => sum + length, 0));
  }

  dropSegment(segment: number): void {
    this.#files.close(this.#path(segment));
    this.#lengths.delete(segment);
    rmSync(this.#path(segment), { force: true });
  }

  startMoved(startOffset: number): void {
    const path = join(this.#folder, START);
    writeFileSync(`${path}.next`, String(startOffset));
    renameSync(`${path}.next`, path);
  }

  replace(segments: readonly SegmentContent[]): void {
    const next = join(this.#folder, NEXT);
    rmSync(next, { recursive: true, force: true });
    mkdirSync(next);
    this.#closeAll();
    this.#lengths.clear();
    for (const { baseOffset, batches } of segments) {
      const bytes = Buffer.concat(batches.flatMap(storedBatch));
      writeFileSync(join(next, `${baseOffset}${SUFFIX}`), bytes);
      this.#lengths.set(baseOffset, bytes.length);
    }
    this.#generation++;
    renameSync(next, this.#generationPath);
    this.#dropAllBut(this.#generation);
  }

  /** @param cut told about bytes at the end of a file that were no whole batch, and are dropped */
  read(cut: (path: string, bytes: number) => void): KeptPartition {
    const segments = readdirSync(this.#generationPath)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => Number(name.slice(0, -SUFFIX.length)))
      .sort((a, b) => a - b)
      .map((baseOffset) => this.#readSegment(baseOffset, cut))
      .filter(({ batches }) => batches.length > 0);
    return { segments, startOffset: this.#startOffset() };
  }

  /** The topic is gone. */
  remove(): void {
    this.#closeAll();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #readSegment(baseOffset: number, cut: (path: string, bytes: number) => void): SegmentContent {
    const path = this.#path(baseOffset);
    const bytes = readFileSync(path);
    const { batches, end } = storedBatchesOf(bytes);
    if (end < bytes.length) {
      truncateSync(path, end);
      cut(path, bytes.length - end);
    }
    this.#lengths.set(baseOffset, end);
    return { baseOffset, batches };
  }

  #startOffset(): number {
    try {
      return Number(readFileSync(join(this.#folder, START), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }

  get #generationPath(): string {
    return join(this.#folder, `generation-${this.#generation}`);
  }

  #path(segment: number): string {
    return join(this.#generationPath, `${segment}${SUFFIX}`);
  }

  #closeAll(): void {
    for (const segment of this.#lengths.keys()) this.#files.close(this.#path(segment));
  }

  #dropAllBut(generation: number): void {
    rmSync(join(this.#folder, NEXT), { recursive: true, force: true });
    for (const other of generationsIn(this.#folder))
      if (other !== generation)
        rmSync(join(this.#folder, `generation-${other}`), { recursive: true, force: true });
  }
}

function generationsIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number] = generationName.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
}
