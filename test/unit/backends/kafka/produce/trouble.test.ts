import { describe, expect, it } from 'vitest';
import { PartitaError } from '../../../../../src/core/index.ts';
import { errorCode } from '../../../../../src/protocol/index.ts';
import { seededRandom } from '../../../../../src/testing/index.ts';
import { values, world } from './world.ts';

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
