import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type KafkaBroker,
  type KafkaBrokerOptions,
  kafkaBroker,
} from '../../../../src/emulator/kafka/index.ts';
import {
  apiVersionsApi,
  errorCode,
  fetchApi,
  heartbeatApi,
  metadataApi,
  produceApi,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';
import { RawLink } from '../../../integration/protocol/raw-link.ts';
import { goldenLines } from '../../protocol/golden/lines.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

async function start(
  options: KafkaBrokerOptions = {},
): Promise<{ broker: KafkaBroker; reasons: string[] }> {
  const reasons: string[] = [];
  const logger = {
    debug: () => {},
    info: () => {},
    warn: (_: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void reasons.push(String(fields.reason)),
    error: (message: string, fields: unknown) => void reasons.push(`${message} ${String(fields)}`),
  };
  const broker = await kafkaBroker({ topics: ['t'], logger, ...options });
  cleanUp.push(() => broker.close());
  return { broker, reasons };
}

async function open(broker: KafkaBroker): Promise<RawLink> {
  const link = await RawLink.open(broker.bootstrap);
  cleanUp.push(() => link.close());
  return link;
}

/** Sends bytes as they are, and resolves when the broker has closed the connection; says what it answered. */
async function sendRaw(broker: KafkaBroker, bytes: Buffer, thenEnd = false): Promise<Buffer> {
  const socket = connect(broker.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes);
  if (thenEnd) socket.end();
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

function frame(key: number, version: number, body: Buffer, flexible = false): Buffer {
  const head = Buffer.alloc(14 + (flexible ? 1 : 0));
  head.writeInt32BE(head.length - 4 + body.length, 0);
  head.writeInt16BE(key, 4);
  head.writeInt16BE(version, 6);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(-1, 12);
  return Buffer.concat([head, body]);
}

function records(value: string): Buffer {
  const builder = new RecordBatchBuilder();
  builder.append(null, Buffer.from(value), [], 1_000);
  return builder.build();
}

const produced = (value: string) => ({
  acks: -1,
  timeoutMs: 1_000,
  topics: [{ topic: 't', partitions: [{ partition: 0, records: records(value) }] }],
});

const fetchFrom = (fetchOffset: number, minBytes = 1) => ({
  maxWaitMs: 60_000,
  minBytes,
  maxBytes: 1_000_000,
  topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset, maxBytes: 1_000_000 }] }],
});

describe('bad input', () => {
  it('closes the connection it came on, says why, and troubles nobody else', async () => {
    const { broker, reasons } = await start();
    const other = await open(broker);
    const tooLarge = Buffer.alloc(4);
    tooLarge.writeInt32BE(0x7fff_ffff);
    await sendRaw(broker, tooLarge);
    await sendRaw(broker, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await sendRaw(broker, frame(999, 0, Buffer.alloc(0)));
    await sendRaw(broker, frame(0, 2, Buffer.alloc(20)));
    await sendRaw(broker, frame(3, 1, Buffer.from([0x7f, 0xff, 0xff, 0xff])));
    await sendRaw(broker, frame(12, 0, Buffer.alloc(200)));
    await sendRaw(broker, frame(3, 1, Buffer.alloc(4)).subarray(0, 10), true);
    expect(reasons).toEqual([
      expect.stringContaining('2147483647 bytes'),
      expect.stringContaining('bytes was announced'),
      'Api key 999 is not served.',
      'Produce v2 is not served, only v3 to v10.',
      expect.stringContaining('Array of 2147483647 items'),
      expect.stringContaining('bytes follow the Heartbeat v0 request'),
      'The connection ended inside a request.',
    ]);
    expect((await other.send(metadataApi, { topics: ['t'] }, 1)).topics[0]?.topic).toBe('t');
  });

  it('never is a defect, whatever bytes of any request are changed', async () => {
    const { broker, reasons } = await start({ topics: ['name', 'topic'] });
    const lines = goldenLines('messages.hex').filter(([, kind]) => kind === 'request');
    const endpoints = await (await open(broker)).send(apiVersionsApi, {}, 0);
    const { endpoints: table } = await import(
      '../../../../src/emulator/kafka-requests/endpoints.ts'
    );
    expect(endpoints.apiKeys).toHaveLength(table.size);
    for (const [name, , version, hex = ''] of lines) {
      const endpoint = [...table.values()].find((each) => each.name === name);
      if (endpoint === undefined) continue;
      const flexible = Number(version) >= endpoint.flexibleFrom;
      const body = Buffer.from(hex, 'hex');
      for (let at = 0; at < body.length; at += 3) body[at] = (body[at] ?? 0) ^ (1 << (at % 8));
      await sendRaw(broker, frame(endpoint.key, Number(version), body, flexible), true);
    }
    for (const key of [24, 25, 26, 28])
      for (let version = 0; version <= 3; version++)
        for (const filler of [0, 1, 0x7f, 0xff])
          await sendRaw(broker, frame(key, version, Buffer.alloc(60, filler), version >= 3), true);
    expect(reasons.filter((reason) => reason.includes('defect'))).toEqual([]);
  });

  it('tells a client of the future, in version 0, which versions it may ask for', async () => {
    const { broker } = await start();
    const answer = await sendRaw(broker, frame(18, 99, Buffer.alloc(5), true), true);
    const told = apiVersionsApi.decode(answer.subarray(8), 0);
    expect(told.errorCode).toBe(errorCode.UNSUPPORTED_VERSION);
    expect(told.apiKeys.length).toBeGreaterThan(20);
  });
});

describe('fetch', () => {
  it('waits for records, and for no longer than asked', async () => {
    const clock = new VirtualClock();
    const { broker } = await start({ clock });
    const [reader, writer] = [await open(broker), await open(broker)];
    const waiting = reader.send(fetchApi, fetchFrom(0), 11);
    await writer.send(produceApi, produced('a'), 7);
    const answer = await waiting;
    expect(answer.topics[0]?.partitions[0]).toMatchObject({ highWatermark: 1, errorCode: 0 });
    const inVain = reader.send(fetchApi, fetchFrom(1), 11);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(60_000);
    expect((await inVain).topics[0]?.partitions[0]?.records).toHaveLength(0);
  });

  it('waits until there are as many bytes as asked, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const { broker } = await start({ clock });
    const [reader, writer] = [await open(broker), await open(broker)];
    const size = records('a').length;
    const waiting = reader.send(fetchApi, fetchFrom(0, 2 * size), 11);
    await writer.send(produceApi, produced('a'), 7);
    await writer.send(produceApi, produced('b'), 7);
    expect((await waiting).topics[0]?.partitions[0]?.records).toHaveLength(2 * size);
    expect(clock.pending).toBe(0);
  });

  it('answers at once outside the log, or for what does not exist', async () => {
    const { broker } = await start({ clock: new VirtualClock() });
    const link = await open(broker);
    const outside = await link.send(fetchApi, fetchFrom(5), 11);
    expect(outside.topics[0]?.partitions[0]?.errorCode).toBe(errorCode.OFFSET_OUT_OF_RANGE);
    const unknown = { ...fetchFrom(0), topics: [{ ...fetchFrom(0).topics[0], topic: 'none' }] };
    const answer = await link.send(fetchApi, unknown as ReturnType<typeof fetchFrom>, 11);
    expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });
});

describe('the state', () => {
  it('tells what the broker holds', async () => {
    const { broker } = await start({ host: '127.0.0.1', advertisedHost: 'localhost' });
    const link = await open(broker);
    await link.send(produceApi, produced('a'), 7);
    expect(broker.bootstrap).toBe(`localhost:${broker.port}`);
    expect(broker.state).toEqual({
      connections: 1,
      brokers: [{ nodeId: 1, host: 'localhost', port: broker.port, running: true, frozen: false }],
      topics: [
        {
          name: 't',
          partitions: [
            {
              startOffset: 0,
              endOffset: 1,
              bytes: records('a').length,
              dropped: { byBytes: 0, byAge: 0, byMemory: 0, bytes: 0 },
              leaderId: 1,
              leaderEpoch: 0,
            },
          ],
        },
      ],
      groups: [],
    });
  });
});

describe('faults', () => {
  it('answer the requests they name with an error, and do not carry them out', async () => {
    const { broker } = await start();
    const link = await open(broker);
    broker.faults.answer({ api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER', skip: 1, times: 2 });
    const codes: (number | undefined)[] = [];
    for (const value of ['a', 'b', 'c', 'd']) {
      const answer = await link.send(produceApi, produced(value), 7);
      codes.push(answer.topics[0]?.partitions[0]?.errorCode);
    }
    expect(codes).toEqual([0, 6, 6, 0]);
    const read = await link.send(fetchApi, fetchFrom(0), 11);
    expect(read.topics[0]?.partitions[0]?.highWatermark).toBe(2);
  });

  it('hold an answer back', async () => {
    const clock = new VirtualClock();
    const { broker } = await start({ clock });
    const link = await open(broker);
    broker.faults.delay({ api: 'Metadata', delayMs: 5_000 });
    const answer = link.send(metadataApi, { topics: [] }, 1);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(5_000);
    expect((await answer).brokers).toHaveLength(1);
  });

  it('lose the answer of a request that was carried out, or the request too', async () => {
    const { broker } = await start();
    const end = async (): Promise<number | undefined> => {
      const read = await (await open(broker)).send(fetchApi, { ...fetchFrom(0), maxWaitMs: 0 }, 11);
      return read.topics[0]?.partitions[0]?.highWatermark;
    };
    broker.faults.drop({ api: 'Produce' });
    await expect((await open(broker)).send(produceApi, produced('a'), 7)).rejects.toThrow();
    expect(await end()).toBe(0);
    broker.faults.drop({ api: 'Produce', carriedOut: true });
    await expect((await open(broker)).send(produceApi, produced('a'), 7)).rejects.toThrow();
    expect(await end()).toBe(1);
  });

  it('meet one client alone, end with their time or on demand, and have to name a request there is', async () => {
    const clock = new VirtualClock();
    const { broker } = await start({ clock });
    const link = await open(broker);
    const beat = async () => {
      const request = { groupId: 'g', generationId: 1, memberId: 'm' };
      return (await link.send(heartbeatApi, request, 0)).errorCode;
    };
    broker.faults.answer({ api: 'Heartbeat', error: 'NOT_COORDINATOR', clientId: 'somebody' });
    broker.faults.answer({ error: 'COORDINATOR_LOAD_IN_PROGRESS', times: 99, forMs: 1_000 });
    expect(await beat()).toBe(errorCode.COORDINATOR_LOAD_IN_PROGRESS);
    await clock.advance(1_000);
    expect(await beat()).toBe(errorCode.UNKNOWN_MEMBER_ID);
    broker.faults.answer({ error: 'NOT_COORDINATOR', clientId: 'raw', times: 99 });
    expect(await beat()).toBe(errorCode.NOT_COORDINATOR);
    broker.faults.clear();
    expect(await beat()).toBe(errorCode.UNKNOWN_MEMBER_ID);
    expect(() => broker.faults.drop({ api: 'Prduce' })).toThrow('api is "Prduce"');
  });

  it('cut connections', async () => {
    const { broker } = await start();
    const link = await open(broker);
    await link.send(metadataApi, { topics: [] }, 1);
    expect(broker.faults.dropConnections('nobody')).toBe(0);
    expect(broker.faults.dropConnections('raw')).toBe(1);
    await expect(link.send(metadataApi, { topics: [] }, 1)).rejects.toThrow();
  });
});

describe('options', () => {
  it('are refused all at once', async () => {
    const wrong = { port: -1, maxPartitionBytes: 0, topics: ['a', 'a', 'no/name'] };
    await expect(kafkaBroker(wrong)).rejects.toThrow(
      /port is -1.*maxPartitionBytes is 0.*"a" is given twice.*"no\/name"/,
    );
  });

  it.each([
    [{ borkers: 3 }, 'borkers is no option; did you mean brokers?'],
    [{ brokers: 0 }, 'brokers is 0, expected a whole number of at least 1'],
    [{ brokers: 101 }, 'brokers is 101; there may be 100'],
    [{ brokers: 3, port: 65_534 }, 'with 3 brokers the last has none'],
    [{ transport: 'udp' }, 'transport is "udp", expected "tcp", "pipe"'],
    [{ preset: 'azure' }, 'preset is "azure", expected "kafka", "eventhubs"'],
    [{ host: '' }, 'host is ""'],
    [{ tls: true, transport: 'pipe' }, "tls means nothing with transport 'pipe'"],
    [{ tls: { cert: 'c', key: 'k' } }, 'tls.cert is no PEM'],
    [{ sasl: { users: {} } }, 'sasl.users is empty'],
    [{ sasl: { users: { alice: '' } } }, "sasl.users has no text for 'alice'"],
    [{ sasl: { users: { a: 'b' }, mechanisms: ['OAUTH'] } }, 'expected "PLAIN", "SCRAM-SHA-256"'],
    [{ sasl: { users: { a: 'b' } }, preset: 'eventhubs' }, 'takes accessKeys, not sasl'],
    [{ accessKeys: { Root: 'x' } }, "accessKeys are for preset 'eventhubs'"],
    [{ minSessionTimeoutMs: 10, maxSessionTimeoutMs: 5 }, 'is above maxSessionTimeoutMs'],
    [{ controlPort: 70_000 }, 'controlPort is 70000'],
    [{ autoCreateTopics: 'yes' }, 'autoCreateTopics is "yes"'],
    [{ topics: 'orders' }, 'topics is "orders", expected a list'],
  ])('%j are refused with a reason', async (wrong, reason) => {
    await expect(kafkaBroker(wrong as KafkaBrokerOptions)).rejects.toThrow(reason);
  });

  it('never show a secret', async () => {
    const wrong = { sasl: { users: { alice: 'secret' }, mechanisms: [] }, port: -1 };
    await expect(kafkaBroker(wrong as KafkaBrokerOptions)).rejects.not.toThrow('secret');
  });
});
