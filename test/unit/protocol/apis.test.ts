import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as protocol from '../../../src/protocol/index.ts';
import { goldenLines } from './golden/lines.ts';
import { requests } from './golden/requests.ts';
import { expectedResponse } from './golden/responses.ts';

type AnyApi = protocol.Api<unknown, unknown>;

function isApi(value: unknown): value is AnyApi {
  return (
    typeof value === 'object' && value !== null && 'decode' in value && 'flexibleFrom' in value
  );
}

const apis = Object.values(protocol as Record<string, unknown>).filter(isApi);
const golden = goldenLines('messages.hex').map(([name, kind, version, hex = '']) => ({
  api: apis.find((api) => api.name === name) as AnyApi,
  kind,
  version: Number(version),
  bytes: Buffer.from(hex, 'hex'),
}));
const requestLines = golden.filter(({ kind }) => kind === 'request');
const responseLines = golden.filter(({ kind }) => kind === 'response');

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof protocol.ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}

describe('api definitions against the bytes of Apache Kafka', () => {
  it('cover every version they claim, in both directions', () => {
    for (const api of apis) {
      const versions = golden.filter((line) => line.api === api).map(({ version }) => version);
      expect(versions.length, api.name).toBe(2 * (api.versions.max - api.versions.min + 1));
      expect([Math.min(...versions), Math.max(...versions)], api.name).toEqual([
        api.versions.min,
        api.versions.max,
      ]);
    }
    expect(apis).toHaveLength(39);
  });

  it.each(requestLines)('$api.name v$version writes the request', ({ api, version, bytes }) => {
    // The closing tag byte of a flexible body is ours to write, the header's is not.
    const written = api.encode(requests[api.name]?.(version), version);
    expect(written.toString('hex')).toBe(bytes.toString('hex'));
  });

  it.each(responseLines)('$api.name v$version reads the response', ({ api, version, bytes }) => {
    expect(api.decode(bytes, version)).toEqual(expectedResponse(api.name, version));
  });

  it('report a response that was cut at any byte', () => {
    for (const { api, version, bytes } of responseLines)
      for (let length = 0; length < bytes.length; length++) {
        const code = codeOf(() => api.decode(bytes.subarray(0, length), version));
        expect(code, `${api.name} v${version} cut to ${length}`).toBe('TRUNCATED');
      }
  });

  it('refuse versions they do not speak', () => {
    for (const api of apis)
      for (const version of [api.versions.min - 1, api.versions.max + 1]) {
        expect(codeOf(() => api.encode({}, version))).toBe('UNSUPPORTED');
        expect(codeOf(() => api.decode(Buffer.alloc(0), version))).toBe('UNSUPPORTED');
      }
  });

  it('throw nothing but protocol errors at random bytes', () => {
    const line = fc.constantFrom(...responseLines);
    fc.assert(
      fc.property(line, fc.uint8Array({ maxLength: 200 }), ({ api, version }, bytes) => {
        codeOf(() => api.decode(Buffer.from(bytes), version));
      }),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(line, fc.nat(), fc.nat(255), ({ api, version, bytes }, at, value) => {
        const damaged = Buffer.from(bytes);
        damaged[at % damaged.length] = value;
        codeOf(() => api.decode(damaged, version));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('requests that a version cannot carry', () => {
  const member = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: 'i' };

  it.each([
    [
      'JoinGroup',
      () =>
        protocol.joinGroupApi.encode(
          {
            ...member,
            sessionTimeoutMs: 1,
            rebalanceTimeoutMs: 1,
            protocolType: 'consumer',
            protocols: [],
          },
          4,
        ),
    ],
    ['SyncGroup', () => protocol.syncGroupApi.encode({ ...member, assignments: [] }, 2)],
    ['Heartbeat', () => protocol.heartbeatApi.encode(member, 2)],
    ['OffsetCommit', () => protocol.offsetCommitApi.encode({ ...member, topics: [] }, 6)],
    ['LeaveGroup', () => protocol.leaveGroupApi.encode({ groupId: 'g', members: [member] }, 2)],
  ])('%s does not drop a group instance id', (_, run) => {
    expect(codeOf(run)).toBe('UNSUPPORTED');
  });

  it('LeaveGroup before version 3 takes out exactly one member', () => {
    const two = { groupId: 'g', members: [{ memberId: 'a' }, { memberId: 'b' }] };
    expect(codeOf(() => protocol.leaveGroupApi.encode(two, 2))).toBe('UNSUPPORTED');
    expect(codeOf(() => protocol.leaveGroupApi.encode({ groupId: 'g', members: [] }, 2))).toBe(
      'UNSUPPORTED',
    );
  });

  it('OffsetFetch v1 cannot ask for all topics, ListOffsets v6 not for the maximum timestamp', () => {
    const all = { groupId: 'g', topics: null };
    expect(codeOf(() => protocol.offsetFetchApi.encode(all, 1))).toBe('UNSUPPORTED');
    const partitions = [{ partition: 0, timestampMs: protocol.MAX_TIMESTAMP_OFFSET }];
    const newest = { topics: [{ topic: 't', partitions }] };
    expect(codeOf(() => protocol.listOffsetsApi.encode(newest, 6))).toBe('UNSUPPORTED');
    expect(codeOf(() => protocol.listOffsetsApi.encode(newest, 7))).toBeUndefined();
  });
});

describe('fetch responses', () => {
  it('give the records as a view on the received bytes', () => {
    const line = responseLines.find(
      ({ api, version }) => api === protocol.fetchApi && version === 12,
    );
    const body = line?.bytes ?? Buffer.alloc(0);
    const records = protocol.fetchApi.decode(body, 12).topics[0]?.partitions[0]?.records;
    expect(records?.buffer).toBe(body.buffer);
  });
});

describe('error codes', () => {
  it('have their official names and retriability', () => {
    expect(protocol.errorName(0)).toBe('NONE');
    expect(protocol.errorName(protocol.errorCode.REBALANCE_IN_PROGRESS)).toBe(
      'REBALANCE_IN_PROGRESS',
    );
    expect(protocol.errorName(12_345)).toBe('UNKNOWN_CODE_12345');
    expect(protocol.isRetriableError(protocol.errorCode.COORDINATOR_LOAD_IN_PROGRESS)).toBe(true);
    expect(protocol.isRetriableError(protocol.errorCode.ILLEGAL_GENERATION)).toBe(false);
    expect(protocol.isRetriableError(12_345)).toBe(false);
  });
});
