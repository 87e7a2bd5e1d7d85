import { Reader } from '../reader.ts';

/** Request header, version 1 or 2 (the client id stays in its old form in both). */
export interface RequestHeader {
  readonly apiKey: number;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** The frame behind the fields above; a flexible request's tag section is still in front of its body. */
  readonly rest: Buffer;
}

/** @throws ProtocolError when the frame ends inside its header. */
export function decodeRequestHeader(frame: Buffer): RequestHeader {
  const from = new Reader(frame);
  const apiKey = from.int16();
  const version = from.int16();
  const correlationId = from.int32();
  const clientId = from.nullableString();
  return { apiKey, version, correlationId, clientId, rest: frame.subarray(from.offset) };
}

/** What is behind the tag section of a flexible request's header. */
export function behindHeaderTags(rest: Buffer): Buffer {
  const from = new Reader(rest, true);
  from.tags();
  return rest.subarray(from.offset);
}
