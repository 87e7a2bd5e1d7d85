import type { Api } from '../api.ts';
import { ProtocolError } from '../protocol-error.ts';
import { Reader } from '../reader.ts';
import { Writer } from '../writer.ts';

/** The other side of an `Api`: what a broker reads and writes. */
export interface ServerApi<Request, Response> {
  readonly key: number;
  readonly name: string;
  /** Versions this definition speaks. */
  readonly versions: { readonly min: number; readonly max: number };
  /** First version with compact types and tagged fields; Infinity when none of ours is. */
  readonly flexibleFrom: number;
  /**
   * The request, from its body without header. Buffers in it are views on `body`.
   *
   * @throws ProtocolError when the bytes are no such request, or go on behind it.
   */
  decodeRequest(body: Buffer, version: number): Request;
  /** The response's body, without header. Fields the version cannot carry are left out. */
  encodeResponse(response: Response, version: number): Buffer;
}

/** What a file of this folder states; names, key and versions are those of the client's side unless said otherwise. */
export interface ServerLayout<Request, Response> {
  readonly versions?: { readonly min: number; readonly max: number };
  readonly flexibleFrom?: number;
  readRequest(from: Reader, version: number): Request;
  writeResponse(to: Writer, response: Response, version: number): void;
}

/** Turns the broker's layouts into a `ServerApi`; adds version checks, buffers and the closing tags. */
export function defineServerApi<Request, Response>(
  client: Pick<Api<never, unknown>, 'key' | 'name' | 'versions' | 'flexibleFrom'>,
  layout: ServerLayout<Request, Response>,
): ServerApi<Request, Response> {
  const { key, name } = client;
  const { versions = client.versions, flexibleFrom = client.flexibleFrom } = layout;
  const check = (version: number): void => {
    if (version >= versions.min && version <= versions.max) return;
    throw new ProtocolError(
      'UNSUPPORTED',
      `${name} v${version} is not served here, only v${versions.min} to v${versions.max}.`,
    );
  };
  return {
    key,
    name,
    versions,
    flexibleFrom,
    decodeRequest(body, version) {
      check(version);
      const from = new Reader(body, version >= flexibleFrom);
      const request = layout.readRequest(from, version);
      from.tags();
      if (from.remaining > 0)
        throw new ProtocolError(
          'CORRUPT',
          `${from.remaining} bytes follow the ${name} v${version} request.`,
        );
      return request;
    },
    encodeResponse(response, version) {
      check(version);
      const to = new Writer(version >= flexibleFrom);
      layout.writeResponse(to, response, version);
      to.tags();
      return to.finish();
    },
  };
}
