import { endpoints } from '../../../src/emulator/kafka-requests/endpoints.ts';
import {
  type Api,
  type BatchOptions,
  produceApi,
  RecordBatchBuilder,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '../../../src/protocol/index.ts';
import { goldenLines } from '../../unit/protocol/golden/lines.ts';

/** A request as a client may send it; the base of mutations. */
export interface Sample {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  readonly flexible: boolean;
  /** Without header. */
  readonly body: Buffer;
  /** The record batch in it, where there is one. */
  readonly batch?: Buffer;
}

/** Topics that the samples name. */
export const sampleTopics = ['name', 'topic'] as const;
/** Of the topics that the samples name; its broker reads into the records. */
export const compactedTopic = 'compacted';

/** Every served request in every served version: Kafka's own encoding of it where there is one, else bytes of any kind. */
export function corpus(): Sample[] {
  const golden = new Map<string, Buffer>();
  for (const [name, kind, version, hex = ''] of goldenLines('messages.hex'))
    if (kind === 'request') golden.set(`${name} ${version}`, Buffer.from(hex, 'hex'));
  const samples: Sample[] = [];
  for (const { name, key, versions, flexibleFrom } of endpoints.values())
    for (let version = versions.min; version <= versions.max; version++) {
      const flexible = version >= flexibleFrom;
      const known = golden.get(`${name} ${version}`);
      const bodies = known === undefined ? fillers : [known];
      samples.push(...bodies.map((body) => ({ name, key, version, flexible, body })));
    }
  return [...samples, ...produceSamples()];
}

const fillers = [0, 1, 2, 5].map((filler) => Buffer.alloc(48, filler));

/** Batches that are taken: in each compression, idempotent, and of a transaction. */
function produceSamples(): Sample[] {
  const compressed = (['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const).map((compression) =>
    batchOf({ compression }),
  );
  const producer = { producerId: 0, producerEpoch: 0, baseSequence: 0 };
  const batches = [...compressed, batchOf(producer), batchOf({ ...producer, transactional: true })];
  const { name, key, flexibleFrom, versions } = produceApi;
  const topics = [sampleTopics[1], compactedTopic];
  return [versions.min, versions.max].flatMap((version) =>
    topics.flatMap((topic) =>
      batches.map((batch) => {
        const partitions = [{ partition: 0, records: batch }];
        const request = { acks: -1, timeoutMs: 1_000, topics: [{ topic, partitions }] };
        const body = produceApi.encode(request, version);
        const at = body.indexOf(batch);
        const inBody = body.subarray(at, at + batch.length);
        return { name, key, version, flexible: version >= flexibleFrom, body, batch: inBody };
      }),
    ),
  );
}

/** Of a broker that lets in whom it knows. */
export const login = { user: 'somebody', password: 'a word' } as const;

/** What begins a conversation, and what may follow it, by mechanism. */
export const conversations: readonly { readonly first: Sample; readonly second: Sample }[] = [
  ['PLAIN', `\0${login.user}\0${login.password}`],
  ['SCRAM-SHA-256', `n,,n=${login.user},r=fyko+d2lbbFgONRv9qkxdawL`],
  ['SCRAM-SHA-512', `n,,n=${login.user},r=fyko+d2lbbFgONRv9qkxdawL`],
].flatMap(([mechanism = '', token = '']) =>
  [0, 1, 2].map((version) => ({
    first: sampleOf(saslHandshakeApi, { mechanism }, Math.min(version, 1)),
    second: sampleOf(saslAuthenticateApi, { authBytes: Buffer.from(token) }, version),
  })),
);

function sampleOf<Request>(
  { name, key, flexibleFrom, encode }: Api<Request, unknown>,
  request: Request,
  version: number,
): Sample {
  return { name, key, version, flexible: version >= flexibleFrom, body: encode(request, version) };
}

function batchOf(options: BatchOptions): Buffer {
  const builder = new RecordBatchBuilder();
  const headers = [{ name: 'header', value: Buffer.from('of a record') }];
  for (let at = 0; at < 20; at++)
    builder.append(Buffer.from(`key-${at % 3}`), Buffer.from(`value ${at}`), headers, 1_000 + at);
  return builder.build(options);
}
