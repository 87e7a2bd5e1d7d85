import { ProtocolError } from '../protocol-error.ts';
import * as layout from './batch-layout.ts';
import { RecordBatch } from './record-batch.ts';

/** Splits what a fetch returned into batches. */
export class BatchReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes are left that make no whole batch: the broker cuts its answer at the size it was given. */
  get truncated(): boolean {
    return this.#at < this.#bytes.length;
  }

  /**
   * The next whole batch, or `undefined`.
   *
   * @throws ProtocolError `CORRUPT` (checksum, lengths) or `UNSUPPORTED` (formats before Kafka 0.11), with `baseOffset`.
   * The reader stays in front of that batch.
   */
  next(): RecordBatch | undefined {
    const bytes = this.#bytes;
    const at = this.#at;
    const left = bytes.length - at;
    if (left <= layout.MAGIC_AT) return undefined;
    const size = layout.PREFIX_BYTES + bytes.readInt32BE(at + layout.LENGTH_AT);
    const magic = bytes.readInt8(at + layout.MAGIC_AT);
    if (magic !== layout.MAGIC_V2)
      throw failure(
        'UNSUPPORTED',
        bytes,
        at,
        `has format version ${magic}, only version 2 is read (Kafka 0.11 and later)`,
      );
    if (size < layout.RECORDS_AT)
      throw failure('CORRUPT', bytes, at, `has ${size} bytes, less than its header takes`);
    if (size > left) return undefined;
    const batch = new RecordBatch(bytes.subarray(at, at + size));
    this.#at = at + size;
    return batch;
  }
}

function failure(
  code: 'CORRUPT' | 'UNSUPPORTED',
  bytes: Buffer,
  at: number,
  what: string,
): ProtocolError {
  const baseOffset = Number(bytes.readBigInt64BE(at + layout.BASE_OFFSET_AT));
  return new ProtocolError(code, `Record batch at offset ${baseOffset} ${what}.`, { baseOffset });
}
