import { Buffer } from 'node:buffer';
import { crc32c } from '@node-rs/crc32';
import { RecordBatchBuilder } from '../records/batch-builder.ts';
import * as layout from '../records/batch-layout.ts';

const COORDINATOR_EPOCH = 0;

export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
  readonly timestampMs: number;
}

/** The control batch that ends a transaction in a partition (`EndTransactionMarker.java`). */
export function transactionMarker(marker: TransactionMarker): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(marker.committed ? 1 : 0, 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(COORDINATOR_EPOCH, 2);
  const builder = new RecordBatchBuilder(256);
  builder.append(key, value, [], marker.timestampMs);
  const { producerId, producerEpoch } = marker;
  const bytes = builder.build({ producerId, producerEpoch, transactional: true });
  const attributes = bytes.readInt16BE(layout.ATTRIBUTES_AT) | layout.CONTROL;
  bytes.writeInt16BE(attributes, layout.ATTRIBUTES_AT);
  bytes.writeUInt32BE(crc32c(bytes.subarray(layout.ATTRIBUTES_AT)), layout.CRC_AT);
  return bytes;
}
