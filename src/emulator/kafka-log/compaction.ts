import { BatchReader, type KafkaRecord, ProtocolError, thinBatch } from '../../protocol/index.ts';
import { keepExtras } from './batch-extras.ts';
import type { StoredBatch } from './batch-segment.ts';
import type { PlacedBatch } from './log-store.ts';

/** What compaction needs to know of the partition. */
export interface CompactionScope {
  readonly startOffset: number;
  /** Transactions are open from here on, or nothing is written yet. */
  readonly endOffset: number;
  /** Deletions in front of it have been kept long enough. */
  readonly tombstonesFrom: number;
  isAborted(producerId: number, offset: number): boolean;
}

/**
 * What is left when only the last record of each key counts (`Cleaner`): offsets stay, so gaps come into being. Records without
 * a key stay too; Kafka refuses those in compacted topics. Markers of transactions stay. The last batch of all and the last
 * batch of each producer stay, if need be without records, because they say how far these are.
 */
export function compacted(
  batches: readonly StoredBatch[],
  scope: CompactionScope,
): { readonly left: PlacedBatch[]; readonly removed: number } {
  const newest = newestByKey(batches, scope);
  const lastOfProducers = lastBatches(batches);
  const left: PlacedBatch[] = [];
  let removed = 0;
  for (const [at, stored] of batches.entries()) {
    const thinned = thin(stored, newest, scope);
    if (thinned === undefined) {
      left.push(placed(stored));
      continue;
    }
    removed += stored.records - thinned.kept.length;
    const says = at === batches.length - 1 || lastOfProducers.has(stored.baseOffset);
    if (thinned.kept.length === 0 && !says) continue;
    const { bytes, kept, maxTimestampMs } = thinned;
    const extras = stored.extras && keepExtras(stored.extras, kept);
    left.push(placed({ ...stored, bytes, records: kept.length, maxTimestampMs, extras }));
  }
  return { left, removed };
}

/** Offset of the last record of each key. */
function newestByKey(
  batches: readonly StoredBatch[],
  scope: CompactionScope,
): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const stored of batches)
    for (const { key, offset } of recordsOf(stored, scope))
      if (key !== null) newest.set(key.toString('latin1'), offset);
  return newest;
}

function thin(
  stored: StoredBatch,
  newest: ReadonlyMap<string, number>,
  scope: CompactionScope,
): ReturnType<typeof thinBatch> {
  const batch = dataBatch(stored, scope);
  if (batch === undefined) return undefined;
  const isAborted = batch.isTransactional && scope.isAborted(batch.producerId, stored.baseOffset);
  const counts = ({ key, value, offset }: KafkaRecord): boolean => {
    if (isAborted || offset < scope.startOffset) return false;
    if (key === null) return true;
    if (newest.get(key.toString('latin1')) !== offset) return false;
    return value !== null || offset >= scope.tombstonesFrom;
  };
  try {
    return thinBatch(stored.bytes, counts);
  } catch (error) {
    // Bytes of a client that are no records: nobody can read them, and they are not ours to throw away.
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function recordsOf(stored: StoredBatch, scope: CompactionScope): KafkaRecord[] {
  const records: KafkaRecord[] = [];
  const batch = dataBatch(stored, scope);
  if (batch === undefined) return records;
  if (batch.isTransactional && scope.isAborted(batch.producerId, stored.baseOffset)) return records;
  try {
    batch.decodeInto(records, { topic: '', partition: -1, startOffset: scope.startOffset });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return records;
}

/** Undefined for what is left alone: markers, and what lies behind the end of compaction. */
function dataBatch(
  { bytes, nextOffset }: StoredBatch,
  { endOffset }: CompactionScope,
): ReturnType<BatchReader['next']> {
  if (nextOffset > endOffset) return undefined;
  const batch = new BatchReader(bytes).next();
  return batch?.isControl === false ? batch : undefined;
}

/** First offsets of the batches behind which their producers have written no other. */
function lastBatches(batches: readonly StoredBatch[]): ReadonlySet<number> {
  const last = new Map<number, number>();
  for (const { bytes, baseOffset } of batches) {
    const producerId = new BatchReader(bytes).next()?.producerId ?? -1;
    if (producerId >= 0) last.set(producerId, baseOffset);
  }
  return new Set(last.values());
}

function placed(stored: StoredBatch): PlacedBatch {
  const { bytes, records, maxTimestampMs, extras, baseOffset, nextOffset, appendedAtMs } = stored;
  const span = nextOffset - baseOffset;
  return { batch: { bytes, records, span, maxTimestampMs, extras }, baseOffset, appendedAtMs };
}
