import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memory } from '../../../src/backends/memory/index.ts';
import {
  type ConsumerRecord,
  deadLetter,
  InvalidConfigError,
  partita,
  text,
} from '../../../src/index.ts';
import { gzip, validate } from '../../../src/middleware/index.ts';
import { headersOf, testApp, textOf } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

const anything = z.unknown();
const long = 'all the same '.repeat(1_000);

describe('gzip()', () => {
  it('compresses what is written and shows what was written to the decoder and the handler', async () => {
    const seen: unknown[] = [];
    const app = partita({ backend: memory(), middleware: [gzip()] }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      value: text(),
      handle(value, { record }) {
        seen.push([value, headersOf(record), textOf(record) === value]);
      },
    });
    const producer = app.producer();
    await using t = await testApp(app);
    await t.settle(
      producer.send('orders', [
        { value: long, headers: { source: 'test' } },
        { value: 'short', headers: [{ name: 'source', value: Buffer.from('test') }] },
        { value: null },
      ]),
    );
    await t.idle();
    expect(seen).toEqual([
      [long, { source: 'test' }, true],
      ['short', { source: 'test' }, true],
      [null, {}, true],
    ]);
    const [first, second] = t.records('orders');
    expect(headersOf(first as ConsumerRecord)).toEqual({
      source: 'test',
      'content-encoding': 'gzip',
    });
    expect(first?.value?.length).toBeLessThan(200);
    expect(String(gunzipSync(first?.value ?? Buffer.alloc(0)))).toBe(long);
    expect(textOf(second as ConsumerRecord)).toBe('short');
  });

  it('leaves alone what does not get smaller or is encoded already', async () => {
    const app = partita({ backend: memory(), middleware: [gzip({ minBytes: 1 })] });
    const producer = app.producer();
    await using t = await testApp(app);
    const encoded = { value: long, headers: { 'Content-Encoding': 'br' } };
    await t.settle(producer.send('orders', [{ value: 'x' }, encoded]));
    expect(t.records('orders').map(textOf)).toEqual(['x', long]);
  });

  it('keeps dead letters as they were read, compressed or not', async () => {
    const failing = { handle: () => Promise.reject(new Error('no')) };
    await using t = await consumerWith([gzip()], failing);
    const small = gzipSync(long);
    await t.produce('orders', [
      { value: small, headers: { 'content-encoding': 'gzip' } },
      { value: long },
    ]);
    await t.idle();
    const [first, second] = t.deadLetters();
    expect(first?.record.value).toEqual(small);
    expect(headersOf(first?.record ?? {})).toMatchObject({ 'content-encoding': 'gzip' });
    expect(second?.record.value).toEqual(Buffer.from(long));
  });

  it('fails what is damaged, or larger than allowed, alone in its batch', async () => {
    const seen: unknown[] = [];
    await using t = await consumerWith([gzip({ maxBytes: 5_000 })], {
      value: text(),
      handleBatch: (values: readonly string[]) => seen.push(...values),
    });
    const headers = { 'content-encoding': 'gzip' };
    await t.produce('orders', [
      { value: gzipSync('small'), headers },
      { value: gzipSync(long), headers },
      { value: 'no gzip at all', headers },
      { value: 'plain' },
    ]);
    await t.idle();
    expect(seen).toEqual(['small', 'plain']);
    expect(t.deadLetters().map(({ message }) => message)).toEqual([
      expect.stringMatching(/offset 1 was not decompressed: it has more than the 5000 bytes/),
      expect.stringMatching(/offset 2 was not decompressed: .*incorrect header check/),
    ]);
  });

  it('tells all that is wrong with its options', () => {
    expect(() => gzip({ minBytes: -1, maxBytes: 0, level: 10, min: 1 } as never)).toThrow(
      new InvalidConfigError('gzip options', [
        'min is no option; known are minBytes, maxBytes, level',
        'minBytes is -1, expected a whole number of at least 0',
        'maxBytes is 0, expected a whole number of at least 1',
        'level is 10, expected 1 to 9',
      ]),
    );
  });

  it('knows its header in the encoding of AMQP, as Event Hubs shows over Kafka what was sent over AMQP', async () => {
    const seen: string[] = [];
    await using t = await consumerWith([gzip()], {
      handle: (record: ConsumerRecord) => void seen.push(textOf(record) ?? ''),
    });
    const amqp = Buffer.concat([Buffer.from([0xa1, 4]), Buffer.from('gzip')]);
    await t.produce('orders', { value: gzipSync('sent'), headers: { 'content-encoding': amqp } });
    await t.idle();
    expect(seen).toEqual(['sent']);
  });

  it('leaves it to the producer to refuse what is no record', async () => {
    const plain = partita({ backend: memory({ topics: { orders: 1 } }) });
    await using app = partita({
      backend: memory({ topics: { orders: 1 } }),
      middleware: [gzip(), validate(anything)],
    });
    await using _ = plain;
    for (const record of [5, { value: 5 }, {}, { value: '1', headers: { a: 5 } }]) {
      const refused = await plain
        .producer()
        .send('orders', record as never)
        .catch(String);
      expect(
        await app
          .producer()
          .send('orders', record as never)
          .catch(String),
      ).toBe(refused);
    }
  });
});
