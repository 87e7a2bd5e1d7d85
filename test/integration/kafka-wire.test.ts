import { afterAll, expect, it } from 'vitest';
import { loadKafkaJsConnection } from '../../src/backends/kafka/wire/kafkajs-internals.ts';
import { KafkaJsWire } from '../../src/backends/kafka/wire/kafkajs-wire.ts';
import { silentLogger } from '../../src/core/index.ts';
import {
  describeGroupsApi,
  fetchApi,
  findCoordinatorApi,
  listGroupsApi,
  metadataApi,
  produceApi,
} from '../../src/protocol/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { openWire } from '../support/open-wire.ts';
import { describeKafka } from '../support/shared-kafka.ts';

describeKafka('the wire to a real broker', ({ bootstrap }) => {
  const wire = openWire(bootstrap);
  afterAll(() => wire.close());

  const [host = '', port = ''] = bootstrap[0]?.split(':') ?? [];
  const address = { host, port: Number(port) };
  const patience = { timeoutMs: 10_000 };

  it('agrees on versions, flexible ones included', async () => {
    const link = wire.link(address, 'test');
    const { brokers } = await link.send(metadataApi, { topics: [] }, patience);
    expect(brokers.length).toBeGreaterThan(0);
    expect(link.version(metadataApi)).toBe(12);
    expect(link.version(fetchApi)).toBe(12);
    expect(link.version(produceApi)).toBe(10);
    link.close();
  });

  it('sends every version of a request that both sides know', async () => {
    const link = wire.link(address, 'test');
    for (let maxVersion = 1; maxVersion <= 12; maxVersion++)
      expect(
        (await link.send(metadataApi, { topics: [] }, { ...patience, maxVersion })).brokers.length,
      ).toBeGreaterThan(0);
    for (let maxVersion = 0; maxVersion <= 3; maxVersion++)
      expect(
        (await link.send(findCoordinatorApi, { key: 'g' }, { ...patience, maxVersion })).errorCode,
      ).toBeTypeOf('number');
    for (let maxVersion = 0; maxVersion <= 4; maxVersion++)
      expect((await link.send(listGroupsApi, {}, { ...patience, maxVersion })).errorCode).toBe(0);
    for (let maxVersion = 0; maxVersion <= 5; maxVersion++)
      await link.send(describeGroupsApi, { groups: ['none'] }, { ...patience, maxVersion });
    expect(link.closed).toBe(false);
    link.close();
  });

  it('goes on to the next address when the first does not answer', async () => {
    const second = new KafkaJsWire({
      bootstrap: [{ host: '127.0.0.1', port: 1 }, address],
      clock: realClock,
      log: silentLogger,
      Connection: loadKafkaJsConnection(),
      clientId: 'test',
      ssl: null,
      sasl: null,
      connectionTimeoutMs: 5_000,
      authenticationTimeoutMs: 5_000,
      requestTimeoutMs: 10_000,
      maxFrameBytes: 100_000_000,
      versionCeilings: new Map(),
    });
    const { brokers } = await second.metadata([]);
    expect(brokers.size).toBeGreaterThan(0);
    await second.close();
  });

  it('leaves out topics that do not exist, and shares a question asked twice at once', async () => {
    const [a, b] = await Promise.all([wire.metadata(['nope']), wire.metadata(['nope'])]);
    expect(a.topics.size).toBe(0);
    expect(a).toBe(b);
  });
});
