import { describe, expect, it } from 'vitest';
import { recordContent } from '../../../../src/core/model/record-content.ts';

const nowMs = 1_000;

describe('The content of a record to be written', () => {
  it('takes texts as UTF-8, buffers as they are, and a missing key as null', () => {
    const value = Buffer.from([1, 2]);
    expect(recordContent({ key: 'é', value }, nowMs, 'orders')).toMatchObject({
      key: Buffer.from('é'),
      timestampMs: nowMs,
    });
    expect(recordContent({ value }, nowMs, 'orders')).toMatchObject({ key: null, headers: [] });
    expect(recordContent({ value }, nowMs, 'orders').value).toBe(value);
  });

  it('takes headers as a list or as an object, and counts the bytes of all parts', () => {
    const list = [
      { name: 'a', value: Buffer.from('xy') },
      { name: 'a', value: null },
    ];
    expect(recordContent({ value: 'abc', headers: list }, nowMs, 'orders')).toMatchObject({
      headers: list,
      sizeBytes: 7,
    });
    const { headers } = recordContent(
      { value: null, headers: { b: 'text', c: null } },
      nowMs,
      'orders',
    );
    expect(headers).toEqual([
      { name: 'b', value: Buffer.from('text') },
      { name: 'c', value: null },
    ]);
  });

  it.for<[string, unknown, string]>([
    ['no object', null, 'it is null, expected { key, value, headers }'],
    ['a text', 'x', 'it is of type string, expected { key, value, headers }'],
    ['a number', { value: 5 }, 'value is of type number, expected a Buffer, a string or null'],
    ['no value', {}, 'value is missing, expected a Buffer, a string or null'],
    ['no headers', { value: null, headers: null }, 'headers is null, expected an object or a list'],
    [
      'a header',
      { value: null, headers: [null] },
      'headers[0] has no name, expected { name, value }',
    ],
    [
      'several',
      { value: 5, key: {}, headers: { a: 1 }, timestampMs: 1.5 },
      'key is of type object, expected a Buffer, a string or null; value is of type number, expected a Buffer, a string or null; ' +
        'header a is of type number, expected a Buffer, a string or null; timestampMs is 1.5, expected whole milliseconds since 1970',
    ],
  ])('refuses what cannot be written, with all that is wrong: %s', ([, record, problems]) => {
    expect(() => recordContent(record as never, nowMs, 'orders')).toThrow(
      `Invalid record for orders: ${problems}.`,
    );
  });
});
