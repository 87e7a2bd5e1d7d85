import type { NewBatch } from './batch-segment.ts';

/** A batch whose place in the log is known. */
export interface PlacedBatch {
  readonly batch: NewBatch;
  readonly baseOffset: number;
  readonly appendedAtMs: number;
}

/** Batches that are kept, and dropped, together. */
export interface SegmentContent {
  readonly baseOffset: number;
  readonly batches: readonly PlacedBatch[];
}

/** Keeps what a log holds beyond the life of the process. Segments are named by the offset they began with. */
export interface LogStore {
  /** Called before anybody can read the batch. @throws PartitaError when it could not be written; it does not count then. */
  append(segment: number, placed: PlacedBatch): void;
  dropSegment(segment: number): void;
  /** The log begins here now, and ends here or further on. */
  startMoved(startOffset: number): void;
  /** These segments take the place of all there are. */
  replace(segments: readonly SegmentContent[]): void;
}
