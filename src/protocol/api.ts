import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** One Kafka request and its response, in every version we speak. */
export interface Api<Request, Response> {
  readonly key: number;
  readonly name: string;
  /** Versions this definition speaks. */
  readonly versions: { readonly min: number; readonly max: number };
  /** First version with compact types and tagged fields; Infinity when none of ours is. */
  readonly flexibleFrom: number;
  /**
   * The request's body, without header. For flexible versions WITHOUT the header's tag byte (the link adds it).
   *
   * @throws ProtocolError `UNSUPPORTED` when the version is not ours, or cannot carry what the request asks for.
   */
  encode(request: Request, version: number): Buffer;
  /**
   * Body of the response, without header (and without the flexible header's tag byte). Buffers in it are views on `body`.
   *
   * @throws ProtocolError when the bytes are no such response.
   */
  decode(body: Buffer, version: number): Response;
}

/** What an API file states; `defineApi` adds version checks, buffers and the closing tags. */
export interface ApiDefinition<Request, Response> {
  readonly key: number;
  readonly name: string;
  readonly versions: { readonly min: number; readonly max: number };
  readonly flexibleFrom: number;
  write(to: Writer, request: Request, version: number): void;
  read(from: Reader, version: number): Response;
}

/** Turns the layout of a request and a response into an `Api`. */
export function defineApi<Request, Response>(
  definition: ApiDefinition<Request, Response>,
): Api<Request, Response> {
  const { key, name, versions, flexibleFrom } = definition;
  const check = (version: number): void => {
    if (version >= versions.min && version <= versions.max) return;
    throw new ProtocolError(
      'UNSUPPORTED',
      `${name} v${version} is not spoken here, only v${versions.min} to v${versions.max}.`,
    );
  };
  return {
    key,
    name,
    versions,
    flexibleFrom,
    encode(request, version) {
      check(version);
      const writer = new Writer(version >= flexibleFrom);
      definition.write(writer, request, version);
      writer.tags();
      return writer.finish();
    },
    decode(body, version) {
      check(version);
      return definition.read(new Reader(body, version >= flexibleFrom), version);
    },
  };
}

/** A field that must not be dropped silently: dropping it would change what the request means. */
export function requireVersion(api: string, field: string, version: number, since: number): void {
  if (version < since)
    throw new ProtocolError(
      'UNSUPPORTED',
      `${api} v${version} cannot carry ${field}; the broker needs v${since} or later.`,
    );
}
