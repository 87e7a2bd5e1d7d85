import { describe, expect, it } from 'vitest';
import { PartitaError, type Partitioner } from '../../../../../src/core/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';
import { resultsOf, values, world } from './world.ts';

describe('a producer whose records are refused', () => {
  it('fails records for a topic that does not exist after a few seconds, and says how to create it', async () => {
    const { clock, producer, failed } = world({});
    const startedAtMs = clock.now();
    const error = await failed(producer.send('nope', values(0, 2)));
    expect(error).toMatchObject({ code: 'UNKNOWN_TOPIC', topic: 'nope' });
    expect(error.message).toContain("createTopic({ topic: 'nope'");
    expect(clock.now() - startedAtMs).toBeLessThan(8_000);
  });

  it('finds a topic that appears meanwhile', async () => {
    const { clock, cluster, producer, settled } = world({});
    const sent = producer.send('t', values(0, 1));
    await clock.advance(1_500);
    cluster.topics.set('t', [1]);
    expect(await settled(sent)).toHaveLength(1);
  });

  it('fails waiting records when their topic is deleted', async () => {
    const { cluster, producer, settled, failed } = world({ t: [1] });
    await settled(producer.send('t', values(0, 1)));
    cluster.topics.delete('t');
    expect((await failed(producer.send('t', values(1, 1)))).code).toBe('UNKNOWN_TOPIC');
    cluster.topics.set('t', [2]);
    expect(await settled(producer.send('t', values(2, 1)))).toHaveLength(1);
  });

  it('fails a record for a partition out of range alone, and names the count', async () => {
    const { producer, failed } = world({ t: [1, 1] });
    const error = await failed(
      producer.send('t', [...values(0, 1, 0), ...values(1, 1, 7), ...values(2, 1, -1)]),
    );
    const [good, high, negative] = resultsOf(error);
    expect(good).toEqual({ topic: 't', partition: 0, offset: 0 });
    expect(high).toMatchObject({ code: 'UNKNOWN_PARTITION', partition: 7 });
    expect((high as PartitaError).message).toContain('2 partitions');
    expect(negative).toMatchObject({ code: 'UNKNOWN_PARTITION' });
  });

  it('looks whether the partition has been added', async () => {
    const { cluster, producer, settled } = world({ t: [1] });
    await settled(producer.send('t', values(0, 1)));
    cluster.topics.set('t', [1, 1]);
    expect(await settled(producer.send('t', values(1, 1, 1)))).toEqual([
      { topic: 't', partition: 1, offset: 0 },
    ]);
  });

  it.each([false, true])(
    'splits a batch that the broker finds too large (idempotent: %s)',
    async (idempotent) => {
      const { cluster, producer, settled } = world({ t: [1] }, { idempotent });
      cluster.deed = ({ bytes }) =>
        bytes.length > 400 ? { code: errorCode.MESSAGE_TOO_LARGE } : undefined;
      const sent = await settled(producer.send('t', values(0, 100)));
      expect(cluster.log('t', 0)).toEqual(values(0, 100).map(({ value }) => value));
      expect(sent.map(({ offset }) => offset)).toEqual(values(0, 100).map((_, i) => i));
    },
  );

  it('fails a single record that is too large for the topic', async () => {
    const { cluster, producer, failed } = world({ t: [1] });
    cluster.deed = ({ bytes }) =>
      bytes.length > 400 ? { code: errorCode.MESSAGE_TOO_LARGE } : undefined;
    const error = await failed(
      producer.send('t', [{ value: 'a' }, { value: 'x'.repeat(1_000) }, { value: 'b' }]),
    );
    const [a, large, b] = resultsOf(error);
    expect(large).toMatchObject({ code: 'RECORD_TOO_LARGE', retriable: false });
    expect((large as PartitaError).message).toContain('max.message.bytes');
    expect([a, b]).toEqual([
      { topic: 't', partition: 0, offset: 0 },
      { topic: 't', partition: 0, offset: 1 },
    ]);
  });

  it('does not even send a record that would break the connection', async () => {
    const { cluster, producer, settled, failed } = world({ t: [1] });
    await settled(producer.send('t', values(0, 1)));
    const before = cluster.requests.length;
    const error = await failed(producer.send('t', [{ value: Buffer.alloc(1_000_000) }]));
    expect(error.code).toBe('RECORD_TOO_LARGE');
    expect(cluster.requests).toHaveLength(before);
  });

  it.each([false, true])(
    'fails only the records that the broker names (idempotent: %s)',
    async (idempotent) => {
      const { cluster, producer, settled, failed } = world({ t: [1] }, { idempotent });
      cluster.deed = ({ records }) => {
        const at = records.findIndex(({ value }) => value?.toString() === 'v1');
        return at < 0 ? undefined : { code: errorCode.INVALID_RECORD, refused: [at] };
      };
      const results = resultsOf(await failed(producer.send('t', values(0, 3))));
      expect(results[1]).toMatchObject({ code: 'INVALID_CONFIG' });
      expect(cluster.log('t', 0)).toEqual(['v0', 'v2']);
      await settled(producer.send('t', values(3, 1)));
      expect(cluster.log('t', 0)).toEqual(['v0', 'v2', 'v3']);
    },
  );

  it('fails at once what no retry heals', async () => {
    const { cluster, producer, settled, failed } = world({ t: [1] });
    await settled(producer.send('t', values(0, 1)));
    cluster.deed = () => ({ code: errorCode.TOPIC_AUTHORIZATION_FAILED });
    const error = await failed(producer.send('t', values(1, 1)));
    expect(error).toMatchObject({ code: 'AUTHORIZATION_FAILED', retriable: false, partition: 0 });
  });

  it('fails at once when metadata is refused for good', async () => {
    const { cluster, producer, failed } = world({ t: [1] });
    cluster.metadataError = () => new PartitaError('AUTHENTICATION_FAILED', 'refused');
    expect((await failed(producer.send('t', values(0, 1)))).code).toBe('AUTHENTICATION_FAILED');
  });
});

describe('a producer whose partitioner throws', () => {
  const broken: Partitioner = {
    name: 'broken',
    create: () => ({
      choose({ key }) {
        if (String(key) === 'bad') throw new TypeError('no such region');
        return 0;
      },
    }),
  };
  const mixed = [
    { key: 'a', value: 'a' },
    { key: 'bad', value: 'x' },
    { key: 'b', value: 'b' },
  ];

  it.each(['not yet', 'already'])(
    'fails that record alone and can be closed (topic looked up: %s)',
    async (known) => {
      const { cluster, producer, settled, failed } = world({ t: [1] }, {}, 1, broken);
      if (known === 'already') await settled(producer.send('t', values(0, 1, 0)));
      const before = cluster.log('t', 0).length;
      const results = resultsOf(await failed(producer.send('t', mixed)));
      expect(results[1]).toMatchObject({ code: 'INVALID_CONFIG', topic: 't' });
      expect((results[1] as PartitaError).message).toBe(
        'The partitioner failed for a record of t: no such region. It has to return a number from 0 to 0.',
      );
      expect(cluster.log('t', 0).slice(before)).toEqual(['a', 'b']);
      await settled(producer.close());
    },
  );
});

describe('a producer that is handed what is no record', () => {
  it.each([
    ['value', { value: undefined }],
    ['value', { value: 42 }],
    ['key', { key: {}, value: '' }],
    ['header h', { value: '', headers: { h: 7 } }],
    ['header h', { value: '', headers: [{ name: 'h', value: 7 }] }],
    ['timestampMs', { value: '', timestampMs: 1.5 }],
    ['timestampMs', { value: '', timestampMs: Number.NaN }],
  ])('fails it alone, and names the %s', async (what, record) => {
    const { cluster, producer, failed } = world({ t: [1] });
    const results = resultsOf(
      await failed(
        producer.send('t', [{ value: 'a' }, record as unknown as { value: null }, { value: 'b' }]),
      ),
    );
    expect(results[1]).toMatchObject({ code: 'INVALID_CONFIG' });
    expect((results[1] as PartitaError).message).toContain(what);
    expect(cluster.log('t', 0)).toEqual(['a', 'b']);
  });

  it('has taken its own copy when send returns', async () => {
    const { cluster, producer, settled } = world({ t: [1] });
    const value = Buffer.from('first');
    const sent = producer.send('t', [{ value, headers: [{ name: 'h', value }] }]);
    value.fill('x');
    await settled(sent);
    expect(cluster.log('t', 0)).toEqual(['first']);
  });

  it('fails what waits for a partition that is gone when the topic was made anew', async () => {
    const { cluster, producer, settled, failed } = world({ t: [1, -1] });
    const stuck = producer.send('t', values(0, 1, 1));
    await settled(producer.send('t', values(1, 1, 0)));
    cluster.topics.set('t', [1]);
    expect(await failed(stuck)).toMatchObject({ code: 'UNKNOWN_PARTITION', partition: 1 });
  });
});
