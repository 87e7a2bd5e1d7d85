import type { PlacedBatch } from '../kafka-log/log-store.ts';
import { frameHead, framesOf } from './frames.ts';

const FACTS = 8 * 3 + 4 * 3;

/** A batch as it is written to a file: parts that follow each other. */
export function storedBatch({ batch, baseOffset, appendedAtMs }: PlacedBatch): Uint8Array[] {
  const facts = Buffer.allocUnsafe(FACTS);
  facts.writeDoubleBE(baseOffset, 0);
  facts.writeDoubleBE(appendedAtMs, 8);
  facts.writeDoubleBE(batch.maxTimestampMs, 16);
  facts.writeUInt32BE(batch.records, 24);
  facts.writeUInt32BE(batch.span ?? batch.records, 28);
  facts.writeUInt32BE(batch.bytes.length, 32);
  const parts = [facts, batch.bytes];
  if (batch.extras !== undefined) parts.push(batch.extras);
  return [frameHead(parts), ...parts];
}

/** What a file holds, views and no copies, and where the whole ones end. */
export function storedBatchesOf(bytes: Buffer): { batches: PlacedBatch[]; end: number } {
  const { frames, end } = framesOf(bytes);
  return { batches: frames.map(placedBatch), end };
}

function placedBatch(frame: Buffer): PlacedBatch {
  const batchEnd = FACTS + frame.readUInt32BE(32);
  return {
    baseOffset: frame.readDoubleBE(0),
    appendedAtMs: frame.readDoubleBE(8),
    batch: {
      maxTimestampMs: frame.readDoubleBE(16),
      records: frame.readUInt32BE(24),
      span: frame.readUInt32BE(28),
      bytes: frame.subarray(FACTS, batchEnd),
      extras: batchEnd === frame.length ? undefined : frame.subarray(batchEnd),
    },
  };
}
