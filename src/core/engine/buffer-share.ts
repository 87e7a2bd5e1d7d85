import type { ResolvedBuffer } from '../options/resolved-options.ts';

/** What all partitions of one consumer may keep in memory together. */
const totalBytes = 64 * 1024 * 1024;
const leastBytesPerPartition = 1024 * 1024;

/** The watermarks of each partition when so many share the memory. */
export function shareBuffer(buffer: ResolvedBuffer, partitions: number): ResolvedBuffer {
  const share = Math.floor(totalBytes / Math.max(1, partitions));
  const highBytes = Math.min(buffer.highBytes, Math.max(leastBytesPerPartition, share));
  return { ...buffer, highBytes, lowBytes: Math.min(buffer.lowBytes, Math.floor(highBytes / 2)) };
}
