/**
 * - `TRUNCATED`: the bytes end before the value does.
 * - `CORRUPT`: the bytes contradict themselves (checksum, length, count).
 * - `UNSUPPORTED`: well formed, but nothing we read or write (old record format, unknown codec, number beyond 2^53).
 */
export type ProtocolErrorCode = 'TRUNCATED' | 'CORRUPT' | 'UNSUPPORTED';

/** The only error this layer throws; the layers above translate it. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  /** First offset of the record batch that could not be read. */
  readonly baseOffset: number | undefined;

  constructor(
    code: ProtocolErrorCode,
    message: string,
    details: { readonly cause?: unknown; readonly baseOffset?: number } = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'ProtocolError';
    this.code = code;
    this.baseOffset = details.baseOffset;
  }
}
