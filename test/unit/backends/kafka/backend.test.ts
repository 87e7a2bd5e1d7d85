import { describe, expect, it } from 'vitest';
import { kafka } from '../../../../src/backends/kafka/index.ts';
import type { ProducerOptions } from '../../../../src/core/index.ts';
import { realEnv } from '../../../support/open-wire.ts';

const producer: ProducerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 16_384,
  compression: 'none',
  idempotent: true,
  deliveryTimeoutMs: 30_000,
};

describe('the Kafka backend', () => {
  it('refuses producer options that contradict each other or the service', async () => {
    const backend = kafka({
      profile: 'eventhubs-kafka-endpoint',
      connectionString: 'Endpoint=sb://127.0.0.1/',
    }).open(realEnv);
    expect(() =>
      backend.openProducer({ ...producer, acks: 'leader', compression: 'zstd' }),
    ).toThrow(/compression is zstd.*idempotent needs acks 'all'/);
    await backend.close();
  });

  it('opens nothing after close, and closes twice', async () => {
    const backend = kafka({ brokers: ['127.0.0.1:1'] }).open(realEnv);
    backend.openProducer(producer);
    const session = backend.openAdmin();
    await session.close();
    await Promise.all([backend.close(), backend.close()]);
    expect(() => backend.openAdmin()).toThrow('closed');
    await expect(session.topics()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
