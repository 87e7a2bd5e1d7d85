import { describe, expect, it } from 'vitest';
import { memory } from '../../../../src/backends/memory/index.ts';
import { type App, partita, skip } from '../../../../src/index.ts';
import { testApp } from '../../../../src/testing/index.ts';

const consumer = (group: string) => ({ group, onError: skip(), handle() {} });
const shop = (): App =>
  partita({ backend: memory() })
    .consume('orders', consumer('billing'))
    .consume('orders', consumer('audit'))
    .consume('clicks', consumer('stats'));

describe('a test that asks for what is not there', () => {
  it('is told which consumers there are', async () => {
    await using t = await testApp(shop());
    expect(() => t.handled('biling')).toThrow(
      'there is no consumer "biling"; the application has billing, audit, stats',
    );
  });

  it('is told which groups read the topic', async () => {
    await using t = await testApp(shop());
    expect(t.committed('clicks')).toEqual([0]);
    expect(() => t.committed('orders')).toThrow(
      '"orders" is read by the groups billing, audit: name one, as in committed(topic, group)',
    );
    expect(() => t.committed('orders', 'stats')).toThrow(
      'no consumer with the group "stats" reads "orders"; it is read by billing, audit',
    );
    expect(() => t.committed('oders')).toThrow(
      'no consumer with a group reads "oders"; it is read by none',
    );
  });

  it('is told what is no record', async () => {
    await using t = await testApp(shop());
    const wrong = [undefined, null, 'text', 7, { valeu: 1 }] as object[];
    for (const one of wrong)
      await expect(t.produce('orders', one)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    expect(t.records('orders')).toEqual([]);
  });

  it('is told what is no topic, as Kafka would say', async () => {
    await using t = await testApp(shop());
    for (const wrong of ['', 'new orders', '..', 'x'.repeat(250)])
      await expect(t.produce(wrong, { value: 'x' })).rejects.toThrow(/is no name for a topic/);
  });

  it('is told what is no length of time', async () => {
    await using t = await testApp(shop());
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5s' as unknown as number])
      await expect(t.advance(wrong)).rejects.toThrow(/expected milliseconds from 0 on/);
  });
});
