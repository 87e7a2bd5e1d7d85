import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memory } from '../../../src/backends/memory/index.ts';
import { deadLetter, InvalidConfigError, partita, retry } from '../../../src/index.ts';
import { validate } from '../../../src/middleware/index.ts';
import { testApp, textOf } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

const Order = z.object({ id: z.string(), total: z.number() });
const good = { id: 'a', total: 5 };

describe('validate()', () => {
  it('fails records that do not fit, once: no retry can help', async () => {
    await using t = await consumerWith([validate(Order)], {
      onError: retry({ attempts: 5 }).otherwise(deadLetter('dead')),
    });
    await t.produce('orders', [{ value: good }, { value: { id: 1 } }, { value: '{' }, {}]);
    await t.idle();
    expect(t.handled()).toHaveLength(1);
    expect(t.deadLetters().map(({ error, attempts }) => `${error} ${attempts}`)).toEqual([
      'DECODE_FAILED 1',
      'DECODE_FAILED 1',
      'DECODE_FAILED 1',
    ]);
    expect(t.deadLetters()[0]?.message).toMatch(
      /^The value of orders-0 at offset 1 does not fit its schema: id: .*; total: /,
    );
  });

  it('fails single records of a batch', async () => {
    await using t = await consumerWith([validate({ orders: Order })], {
      handleBatch: () => {},
    });
    await t.produce('orders', [{ value: good }, { value: {} }, { value: good }]);
    await t.idle();
    expect(t.handled().map(({ records }) => records.map(({ offset }) => offset))).toEqual([[0, 2]]);
    expect(t.deadLetters()).toMatchObject([{ offset: 1 }]);
  });

  it('refuses writes that do not fit, all of a send or nothing', async () => {
    const app = partita({ backend: memory(), middleware: [validate({ orders: Order })] });
    const producer = app.producer();
    await using t = await testApp(app);
    const fine = JSON.stringify(good);
    await expect(t.settle(producer.send('orders', { value: '{}' }))).rejects.toThrow(
      /^The record for orders does not fit its schema, and nothing was written: id: /,
    );
    await expect(
      t.settle(producer.send('orders', [{ value: fine }, { value: '{}' }])),
    ).rejects.toThrow(/^Record 1 of the 2 records for orders does not fit/);
    await t.settle(producer.send('orders', { value: fine }));
    await t.settle(producer.send('others', { value: '{}' }));
    expect(t.records('orders').map(textOf)).toEqual([fine]);
    expect(t.records('others')).toHaveLength(1);
  });

  it('takes other formats, a function of the topic, and validators that take their time', async () => {
    const Late = z.string().refine(async (value) => value === 'yes', 'not yes');
    await using t = await consumerWith([
      validate((topic) => (topic === 'orders' ? Late : undefined), {
        decode: (value) => value?.toString() ?? '',
      }),
    ]);
    await t.produce('orders', [{ value: 'yes' }, { value: 'no' }]);
    await t.idle();
    expect(t.handled()).toHaveLength(1);
    expect(t.deadLetters()[0]?.message).toContain('not yes');
  });

  it('takes nothing that is no schema', () => {
    expect(() => validate({ orders: 5 } as never)).toThrow(
      new InvalidConfigError('schemas to validate', [
        'orders is 5, expected a Standard Schema validator',
      ]),
    );
    for (const nothing of [undefined, null, 5, {}])
      expect(() => validate(nothing as never)).toThrow(InvalidConfigError);
    expect(() => validate(Order, { decode: 'json' as never })).toThrow(/decode is "json"/);
  });
});
