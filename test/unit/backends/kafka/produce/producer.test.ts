import { describe, expect, it } from 'vitest';
import { KafkaProducer } from '../../../../../src/backends/kafka/produce/producer.ts';
import {
  PartitaError,
  ProduceError,
  type ProducerOptions,
  type RecordMetadata,
  silentLogger,
} from '../../../../../src/core/index.ts';
import { keyed } from '../../../../../src/partitioners/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import { ScriptedCluster } from './scripted-cluster.ts';

const defaults: ProducerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 16_384,
  compression: 'none',
  idempotent: false,
  deliveryTimeoutMs: 30_000,
};

interface World {
  readonly clock: VirtualClock;
  readonly cluster: ScriptedCluster;
  readonly producer: KafkaProducer;
  /** Moves the clock until the promise is settled; gives the error of a rejected one. */
  settled<T>(promise: Promise<T>): Promise<T>;
  failed(promise: Promise<unknown>): Promise<PartitaError>;
}

function world(
  topics: Record<string, number[]>,
  options: Partial<ProducerOptions> = {},
  seed = 1,
): World {
  const clock = new VirtualClock();
  const cluster = new ScriptedCluster(clock, [1, 2, 3]);
  for (const [topic, leaders] of Object.entries(topics)) cluster.topics.set(topic, leaders);
  const random = seededRandom(seed);
  const env = { clock, random, log: silentLogger, clientId: 'test' };
  const producer = new KafkaProducer(
    {
      wire: cluster,
      env,
      chooser: keyed().create(random),
      requestTimeoutMs: 5_000,
      metadataMaxAgeMs: 300_000,
      maxRequestBytes: 1_000_000,
    },
    { ...defaults, ...options },
  );
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    await clock.until(() => done, { what: 'the promise is settled' });
    return promise;
  };
  const failed = async (promise: Promise<unknown>): Promise<PartitaError> => {
    try {
      await settled(promise);
    } catch (error) {
      return error as PartitaError;
    }
    throw new Error('expected a rejection');
  };
  return { clock, cluster, producer, settled, failed };
}

function values(from: number, count: number, partition?: number) {
  return Array.from({ length: count }, (_, i) => ({
    value: `v${from + i}`,
    ...(partition !== undefined && { partition }),
  }));
}

function resultsOf(error: PartitaError): readonly (RecordMetadata | PartitaError)[] {
  if (error instanceof ProduceError) return error.results;
  throw error;
}

describe('the producer', () => {
  it('sends one request per leader with all partitions of one turn, and answers in the order given', async () => {
    const { cluster, producer, settled } = world({ t: [1, 1, 2], u: [2] });
    const first = producer.send('t', [
      { value: 'a', partition: 2 },
      { value: 'b', partition: 0 },
      { value: 'c', partition: 1 },
      { value: 'd', partition: 0 },
    ]);
    const second = producer.send('u', values(0, 1, 0));
    expect(await settled(first)).toEqual([
      { topic: 't', partition: 2, offset: 0 },
      { topic: 't', partition: 0, offset: 0 },
      { topic: 't', partition: 1, offset: 0 },
      { topic: 't', partition: 0, offset: 1 },
    ]);
    await settled(second);
    const again = Promise.all([
      producer.send('t', values(0, 3, 0)),
      producer.send('t', values(3, 1, 1)),
      producer.send('t', values(4, 1, 2)),
      producer.send('u', values(5, 1, 0)),
    ]);
    const before = cluster.requests.length;
    await settled(again);
    const requests = cluster.requests.slice(before);
    expect(requests.map(({ nodeId, attempts }) => [nodeId, attempts.length])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    await settled(producer.close());
  });

  it('keeps key, headers and timestamps', async () => {
    const { cluster, producer, settled } = world({ t: [1] });
    const record = {
      key: 'k',
      value: Buffer.from('v'),
      headers: { a: 'x', b: null },
      timestampMs: 1_234,
    };
    await settled(producer.send('t', [record, { key: null, value: null }]));
    const [written, empty] = cluster.requests[0]?.attempts[0]?.records ?? [];
    expect(written?.key?.toString()).toBe('k');
    expect(written?.timestampMs).toBe(1_234);
    expect(written?.headers.map(({ name, value }) => [name, value?.toString() ?? null])).toEqual([
      ['a', 'x'],
      ['b', null],
    ]);
    expect([empty?.key, empty?.value]).toEqual([null, null]);
  });

  it('waits for company as long as the linger time, or until a batch is full, or until a flush', async () => {
    const { clock, cluster, producer, settled } = world(
      { t: [1] },
      { lingerMs: 50, batchBytes: 500 },
    );
    await settled(producer.send('t', values(0, 1)));
    const before = cluster.requests.length;
    const startedAtMs = clock.now();
    await settled(producer.send('t', values(1, 1)));
    expect(clock.now() - startedAtMs).toBeGreaterThanOrEqual(50);

    const filling = producer.send('t', values(2, 60));
    await clock.advance(5);
    // The full batch has gone, the rest waits.
    expect(cluster.requests).toHaveLength(before + 2);
    await settled(filling);

    const hurriedAtMs = clock.now();
    const last = producer.send('t', values(100, 1));
    await settled(producer.flush());
    await last;
    expect(clock.now() - hurriedAtMs).toBeLessThan(20);
  });

  it('has at most five requests in flight to a broker', async () => {
    const { cluster, producer, settled } = world({ t: [1] }, { batchBytes: 300 });
    cluster.latencyMs = 10;
    await settled(producer.send('t', values(0, 500)));
    expect(cluster.mostInFlight).toBe(5);
    expect(cluster.log('t', 0)).toHaveLength(500);
  });

  it('follows a partition to its new leader', async () => {
    const { cluster, producer, settled } = world({ t: [1] });
    await settled(producer.send('t', values(0, 1)));
    cluster.topics.set('t', [2]);
    expect(await settled(producer.send('t', values(1, 1)))).toEqual([
      { topic: 't', partition: 0, offset: 1 },
    ]);
    expect(cluster.requests.at(-1)?.nodeId).toBe(2);
  });

  it('never takes a partition without a result for written', async () => {
    const { cluster, producer, settled } = world({ t: [1, 1] });
    let omitted = 0;
    cluster.deed = ({ partition }) => (partition === 1 && omitted++ < 2 ? 'omit' : undefined);
    const sent = producer.send('t', [...values(0, 1, 0), ...values(1, 1, 1)]);
    await settled(sent);
    expect(omitted).toBe(3);
    expect(cluster.log('t', 1)).toEqual(['v1']);
  });

  it('is not held up by a partition without a leader', async () => {
    const { clock, cluster, producer, settled } = world({ t: [1, -1] });
    const stuck = producer.send('t', values(0, 1, 1));
    await settled(producer.send('t', values(1, 1, 0)));
    cluster.topics.set('t', [1, 3]);
    await settled(stuck);
    expect(cluster.log('t', 1)).toEqual(['v0']);
    expect(clock.now()).toBeGreaterThan(0);
  });

  it('keeps to its word with acks none: written as far as it knows, without an offset', async () => {
    const { producer, settled } = world({ t: [1] }, { acks: 'none' });
    expect(await settled(producer.send('t', values(0, 2)))).toEqual([
      { topic: 't', partition: 0, offset: -1 },
      { topic: 't', partition: 0, offset: -1 },
    ]);
  });

  it('gives nothing for nothing', async () => {
    const { producer } = world({});
    expect(await producer.send('t', [])).toEqual([]);
  });

  it('flushes on close, refuses what comes later, and leaves no timer and no connection', async () => {
    const { clock, cluster, producer, settled, failed } = world({ t: [1] }, { lingerMs: 10_000 });
    const sent = producer.send('t', values(0, 3));
    const closing = producer.close();
    expect(producer.close()).toBe(closing);
    await settled(closing);
    expect(await sent).toHaveLength(3);
    expect((await failed(producer.send('t', values(3, 1)))).code).toBe('CLOSED');
    expect(cluster.openLinks).toBe(0);
    await clock.advance(5);
    expect(clock.pending).toBe(0);
  });
});

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

describe('a producer in passing trouble', () => {
  it('retries until the delivery time is over, then says what happened last', async () => {
    const { clock, cluster, producer, settled, failed } = world(
      { t: [1] },
      { deliveryTimeoutMs: 4_000 },
    );
    await settled(producer.send('t', values(0, 1)));
    cluster.deed = () => ({ code: errorCode.NOT_ENOUGH_REPLICAS });
    const startedAtMs = clock.now();
    const error = await failed(producer.send('t', values(1, 1)));
    expect(clock.now() - startedAtMs).toBe(4_000);
    expect(error).toMatchObject({ code: 'TIMEOUT', retriable: true });
    expect(error.message).toContain('NOT_ENOUGH_REPLICAS');
    expect(cluster.requests.length).toBeGreaterThan(4);
  });

  it('does not wait for a hanging broker longer than the delivery time', async () => {
    const { clock, cluster, producer, settled, failed } = world(
      { t: [1] },
      { deliveryTimeoutMs: 2_000 },
    );
    await settled(producer.send('t', values(0, 1)));
    cluster.deed = () => 'hang';
    const startedAtMs = clock.now();
    const error = await failed(producer.send('t', values(1, 1)));
    expect(clock.now() - startedAtMs).toBe(2_000);
    expect(error.message).toContain('may or may not');
  });

  it('tells when the cluster could not be reached at all', async () => {
    const { cluster, producer, failed } = world({ t: [1] }, { deliveryTimeoutMs: 3_000 });
    cluster.metadataError = () =>
      new PartitaError('CONNECTION_FAILED', 'nobody there', { retriable: true });
    const error = await failed(producer.send('t', values(0, 1)));
    expect(error.code).toBe('TIMEOUT');
    expect(error.message).toContain('nobody there');
    expect(error.message).toContain('Nothing was written');
  });

  it('sends a batch again on a new connection when the old one breaks', async () => {
    const { cluster, producer, settled } = world({ t: [1] });
    let times = 0;
    cluster.deed = () => (times++ === 0 ? 'lose-request' : undefined);
    await settled(producer.send('t', values(0, 2)));
    expect(cluster.log('t', 0)).toEqual(['v0', 'v1']);
  });
});

describe('an idempotent producer', () => {
  it('writes nothing twice when an answer is lost', async () => {
    const { cluster, producer, settled } = world({ t: [1] }, { idempotent: true });
    let times = 0;
    cluster.deed = () => (times++ === 0 ? 'lose-answer' : undefined);
    const sent = await settled(producer.send('t', values(0, 2)));
    expect(cluster.log('t', 0)).toEqual(['v0', 'v1']);
    expect(sent.map(({ offset }) => offset)).toEqual([0, 1]);
  });

  it('counts sequences per partition', async () => {
    const { cluster, producer, settled } = world({ t: [1, 1] }, { idempotent: true });
    await settled(producer.send('t', [...values(0, 3, 0), ...values(3, 2, 1)]));
    await settled(producer.send('t', [...values(5, 1, 0), ...values(6, 1, 1)]));
    const last = cluster.requests.at(-1)?.attempts ?? [];
    expect(last.map(({ partition, baseSequence }) => [partition, baseSequence])).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  it('goes on with a new producer id when the broker has lost its sequences', async () => {
    const { cluster, producer, settled } = world({ t: [1] }, { idempotent: true });
    await settled(producer.send('t', values(0, 3)));
    const before = cluster.requests.at(-1)?.attempts[0]?.producerId;
    let times = 0;
    cluster.deed = () =>
      times++ === 0 ? { code: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER } : undefined;
    await settled(producer.send('t', values(3, 1)));
    const after = cluster.requests.at(-1)?.attempts[0];
    expect(after?.producerId).not.toBe(before);
    expect(after?.baseSequence).toBe(0);
    expect(cluster.log('t', 0)).toEqual(['v0', 'v1', 'v2', 'v3']);
  });

  it('goes on after a batch whose fate is unknown', async () => {
    const { cluster, producer, settled, failed } = world(
      { t: [1] },
      { idempotent: true, deliveryTimeoutMs: 2_000 },
    );
    await settled(producer.send('t', values(0, 1)));
    cluster.deed = () => 'lose-request';
    expect((await failed(producer.send('t', values(1, 1)))).code).toBe('TIMEOUT');
    cluster.deed = () => undefined;
    await settled(producer.send('t', values(2, 1)));
    expect(cluster.log('t', 0)).toEqual(['v0', 'v2']);
  });

  it('writes everything once and in order, whatever happens on the way', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { cluster, producer, settled } = world(
        { t: [1, 2, 3] },
        { idempotent: true, batchBytes: 200, deliveryTimeoutMs: 600_000 },
        seed,
      );
      const chance = seededRandom(seed);
      const deeds = [
        'lose-answer',
        'lose-request',
        'omit',
        { code: errorCode.NOT_LEADER_OR_FOLLOWER },
        { code: errorCode.REQUEST_TIMED_OUT },
        { code: errorCode.CORRUPT_MESSAGE },
      ] as const;
      cluster.deed = ({ bytes }) => {
        if (chance() < 0.1)
          cluster.topics.set(
            't',
            [1, 2, 3].map(() => 1 + Math.floor(chance() * 3)),
          );
        if (bytes.length > 150) return { code: errorCode.MESSAGE_TOO_LARGE };
        return chance() < 0.4 ? deeds[Math.floor(chance() * deeds.length)] : undefined;
      };
      const sends: Promise<unknown>[] = [];
      for (let i = 0; i < 60; i++) sends.push(producer.send('t', values(i * 3, 3, i % 3)));
      await settled(Promise.all(sends));
      for (let partition = 0; partition < 3; partition++) {
        const expected = Array.from({ length: 60 }, (_, i) => i)
          .filter((i) => i % 3 === partition)
          .flatMap((i) => values(i * 3, 3).map(({ value }) => value));
        expect(cluster.log('t', partition), `seed ${seed}, partition ${partition}`).toEqual(
          expected,
        );
      }
    }
  });
});
