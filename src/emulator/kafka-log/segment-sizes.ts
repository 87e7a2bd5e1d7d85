import type { PlacedBatch, SegmentContent } from './log-store.ts';

const SMALLEST_SEGMENT = 16 * 1024;
const LARGEST_SEGMENT = 1024 * 1024;

/** Room of a segment that shall hold a batch: small at first, so that many quiet partitions cost little. */
export function capacityFor(
  sizeBytes: number,
  lastCapacityBytes: number | undefined,
  maxLogBytes: number,
): number {
  const wanted = lastCapacityBytes === undefined ? SMALLEST_SEGMENT : lastCapacityBytes * 2;
  return Math.max(sizeBytes, Math.min(largestFor(maxLogBytes), wanted));
}

/** The batches in segments of their own size; the first one begins where the log does. */
export function packed(
  batches: readonly PlacedBatch[],
  startOffset: number,
  maxLogBytes: number,
): SegmentContent[] {
  const largest = largestFor(maxLogBytes);
  const contents: { baseOffset: number; batches: PlacedBatch[] }[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const placed of batches) {
    bytes += placed.batch.bytes.length;
    if (bytes > largest) {
      const baseOffset = contents.length === 0 ? startOffset : placed.baseOffset;
      contents.push({ baseOffset, batches: [] });
      bytes = placed.batch.bytes.length;
    }
    contents.at(-1)?.batches.push(placed);
  }
  return contents;
}

/** A part of the limit, so that dropping one is no upheaval. */
function largestFor(maxLogBytes: number): number {
  return Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, maxLogBytes / 4));
}
