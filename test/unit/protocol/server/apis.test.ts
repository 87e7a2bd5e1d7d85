import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as protocol from '../../../../src/protocol/index.ts';
import { goldenLines } from '../golden/lines.ts';
import { expectedResponse } from '../golden/responses.ts';

type Client = protocol.Api<unknown, unknown>;
type Server = protocol.ServerApi<unknown, unknown>;

const all = Object.values(protocol as Record<string, unknown>);
const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value;
const clients = all.filter((value): value is Client => has(value, 'encode'));
const servers = all.filter((value): value is Server => has(value, 'decodeRequest'));

const golden = goldenLines('messages.hex').map(([name, kind, version, hex = '']) => ({
  name,
  kind,
  version: Number(version),
  bytes: Buffer.from(hex, 'hex'),
  client: clients.find((api) => api.name === name) as Client,
  server: servers.find((api) => api.name === name) as Server,
}));
const requestLines = golden.filter(({ kind }) => kind === 'request');
const responseLines = golden.filter(({ kind }) => kind === 'response');

/** Requests that a broker reads into another shape than our client writes from: they carry more than we ever ask. */
const fromServed: Readonly<Record<string, (served: never) => unknown>> = {
  Metadata: (served: protocol.ServedMetadataRequest) => ({
    ...served,
    topics: served.topics?.map(({ topic }) => topic) ?? null,
  }),
  OffsetFetch: ({ groups, requireStable }: protocol.ServedOffsetFetchRequest) => ({
    ...groups[0],
    requireStable,
  }),
  FindCoordinator: ({ keys, keyType }: protocol.ServedFindCoordinatorRequest) => ({
    key: keys[0],
    keyType,
  }),
};
const toServed: Readonly<Record<string, (response: never) => unknown>> = {
  OffsetFetch: ({ throttleTimeMs, ...group }: protocol.OffsetFetchResponse) => ({
    throttleTimeMs,
    groups: [{ groupId: 'group', ...group }],
  }),
  FindCoordinator: ({ throttleTimeMs, ...found }: protocol.FindCoordinatorResponse) => ({
    throttleTimeMs,
    coordinators: [{ key: '', ...found }],
  }),
};

const same = (value: never): unknown => value;

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof protocol.ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}

describe("the broker's side of the apis", () => {
  it('serves every api our client knows, in all of its versions and under its key', () => {
    for (const client of clients) {
      const server = servers.find(({ name }) => name === client.name);
      expect(server?.key, client.name).toBe(client.key);
      expect(server?.versions.min, client.name).toBeLessThanOrEqual(client.versions.min);
      expect(server?.versions.max, client.name).toBeGreaterThanOrEqual(client.versions.max);
    }
  });

  it.each(requestLines)('$name v$version reads the request of Apache Kafka', (line) => {
    const { name = '', version, bytes, client, server } = line;
    const request = (fromServed[name] ?? same)(server.decodeRequest(bytes, version) as never);
    expect(client.encode(request, version).toString('hex')).toBe(bytes.toString('hex'));
  });

  it.each(responseLines)('$name v$version writes a response our client reads', (line) => {
    const { name = '', version, bytes, client, server } = line;
    const response = client.decode(bytes, version);
    const written = server.encodeResponse((toServed[name] ?? same)(response as never), version);
    expect(client.decode(written, version)).toEqual(expectedResponse(name, version));
  });

  it('reports a request that was cut at any byte, or goes on', () => {
    for (const { name, server, version, bytes } of requestLines) {
      for (let length = 0; length < bytes.length; length++) {
        const code = codeOf(() => server.decodeRequest(bytes.subarray(0, length), version));
        expect(code, `${name} v${version} cut to ${length}`).toBe('TRUNCATED');
      }
      const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
      expect(
        codeOf(() => server.decodeRequest(longer, version)),
        name,
      ).toBe('CORRUPT');
    }
  });

  it('throws nothing but protocol errors at random bytes', () => {
    const versions = servers.flatMap((server) => {
      const { min, max } = server.versions;
      return Array.from({ length: max - min + 1 }, (_, at) => ({ server, version: min + at }));
    });
    const each = fc.constantFrom(...versions);
    fc.assert(
      fc.property(each, fc.uint8Array({ maxLength: 200 }), ({ server, version }, bytes) => {
        codeOf(() => server.decodeRequest(Buffer.from(bytes), version));
      }),
      { numRuns: 5_000 },
    );
  });
});
