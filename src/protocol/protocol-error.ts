/**
 * - `TRUNCATED`: the bytes end before the value does.
 * - `CORRUPT`: the bytes contradict themselves (checksum, length, count).
 * - `UNSUPPORTED`: well formed, but nothing we read or write (old record format, unknown codec, number beyond 2^53).
 */
export type ProtocolErrorCode = 'TRUNCATED' | 'CORRUPT' | 'UNSUPPORTED';

/** The only error this layer throws; the layers above translate it. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProtocolError';
    this.code = code;
  }
}
