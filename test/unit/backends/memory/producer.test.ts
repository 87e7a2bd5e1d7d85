import { describe, expect, it } from 'vitest';
import { PartitaError, type ProduceError } from '../../../../src/core/index.ts';
import { MemoryWorld } from '../../../support/memory-world.ts';

describe('memory backend: producer', () => {
  it('puts records of one key into one partition, and says where each record went', async () => {
    const world = new MemoryWorld();
    const producer = world.producer();
    const keys = ['a', 'b', 'c', 'a', 'b', 'c'];
    const written = await producer.send(
      'orders',
      keys.map((key) => ({ key, value: 'x' })),
    );
    expect(written.slice(0, 3).map(({ partition }) => partition)).toEqual(
      written.slice(3).map(({ partition }) => partition),
    );
    expect(new Set(written.map(({ partition }) => partition)).size).toBeGreaterThan(1);
  });

  it('keeps key, value, headers and time as they were when they were sent', async () => {
    const world = new MemoryWorld();
    const value = Buffer.from('value');
    const sent = world.producer().send('orders', [
      { key: 'k', value, headers: { a: '1', b: null }, timestampMs: 7, partition: 2 },
      { value: null, headers: [{ name: 'a', value: Buffer.from('1') }], partition: 3 },
    ]);
    value.fill(0);
    await sent;
    expect(world.broker.records('orders')).toEqual([
      {
        topic: 'orders',
        partition: 2,
        offset: 0,
        timestampMs: 7,
        key: Buffer.from('k'),
        value: Buffer.from('value'),
        headers: [
          { name: 'a', value: Buffer.from('1') },
          { name: 'b', value: null },
        ],
        sizeBytes: 25,
      },
      {
        topic: 'orders',
        partition: 3,
        offset: 0,
        timestampMs: world.clock.now(),
        key: null,
        value: null,
        headers: [{ name: 'a', value: Buffer.from('1') }],
        sizeBytes: 18,
      },
    ]);
  });

  it('fails the wrong records alone', async () => {
    const world = new MemoryWorld({ topics: { orders: 4 }, maxRecordBytes: 100 });
    const error = await world
      .producer()
      .send('orders', [
        { value: 'good', partition: 0 },
        { value: 'wrong', partition: 4 },
        { value: 'x'.repeat(100) },
        { value: 'good too', partition: 0 },
      ])
      .catch((caught: ProduceError) => caught);
    expect(error).toMatchObject({
      name: 'ProduceError',
      results: [
        { offset: 0 },
        { code: 'UNKNOWN_PARTITION' },
        { code: 'RECORD_TOO_LARGE' },
        { offset: 1 },
      ],
    });
    await expect(world.producer().send('none', [{ value: 'x' }])).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
    });
  });

  it('keeps the order of its sends when the way gets faster', async () => {
    const world = new MemoryWorld();
    const producer = world.producer();
    world.broker.faults.delay('produce', 100);
    const slow = producer.send('orders', [{ value: 'first', partition: 0 }]);
    world.broker.faults.delay('produce', 0);
    const fast = producer.send('orders', [{ value: 'second', partition: 0 }]);
    await world.clock.advance(100);
    expect([await slow, await fast].flat().map(({ offset }) => offset)).toEqual([0, 1]);
  });

  it('gives up waiting at the delivery time-out, and fails as ordered', async () => {
    const world = new MemoryWorld();
    const producer = world.producer({ deliveryTimeoutMs: 50 });
    world.broker.faults.delay('produce', 100);
    const late = producer.send('orders', [{ value: 'x' }]);
    const caught = expect(late).rejects.toMatchObject({ code: 'TIMEOUT', retriable: true });
    await world.clock.advance(100);
    await caught;
    world.broker.faults.delay('produce', 0);
    const ordered = new PartitaError('UNAVAILABLE', 'no leader', { retriable: true });
    world.broker.faults.failNext('produce', ordered, 1);
    await expect(producer.send('orders', [{ value: 'x' }])).rejects.toMatchObject({
      results: [ordered],
      retriable: true,
    });
    await producer.send('orders', [{ value: 'x' }]);
  });

  it('does not say where a record went when nobody acknowledges, and ends with close', async () => {
    const world = new MemoryWorld();
    const producer = world.producer({ acks: 'none' });
    expect(await producer.send('orders', [{ value: 'x' }])).toMatchObject([{ offset: -1 }]);
    await producer.close();
    await expect(producer.send('orders', [{ value: 'x' }])).rejects.toMatchObject({
      code: 'CLOSED',
    });
  });
});
