import { describe, expect, it } from 'vitest';
import { values, world } from './world.ts';

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
