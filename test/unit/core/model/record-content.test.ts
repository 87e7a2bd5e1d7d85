import { describe, expect, it } from 'vitest';
import { recordContent } from '../../../../src/core/model/record-content.ts';

const nowMs = 1_000;

describe('The content of a record to be written', () => {
  it('takes texts as UTF-8, buffers as they are, and a missing key as null', () => {
    const value = Buffer.from([1, 2]);
    expect(recordContent({ key: 'é', value }, nowMs)).toMatchObject({
      key: Buffer.from('é'),
      timestampMs: nowMs,
    });
    expect(recordContent({ value }, nowMs)).toMatchObject({ key: null, headers: [] });
    expect(recordContent({ value }, nowMs).value).toBe(value);
  });

  it('takes headers as a list or as an object, and counts the bytes of all parts', () => {
    const list = [
      { name: 'a', value: Buffer.from('xy') },
      { name: 'a', value: null },
    ];
    expect(recordContent({ value: 'abc', headers: list }, nowMs)).toMatchObject({
      headers: list,
      sizeBytes: 7,
    });
    const { headers } = recordContent({ value: null, headers: { b: 'text', c: null } }, nowMs);
    expect(headers).toEqual([
      { name: 'b', value: Buffer.from('text') },
      { name: 'c', value: null },
    ]);
  });

  it('refuses what cannot be written, by the name of the part', () => {
    const message = (record: object) => () => recordContent(record as never, nowMs);
    expect(message({ value: 5 })).toThrow('value is of type number');
    expect(message({ value: undefined })).toThrow('value is of type undefined');
    expect(message({ value: null, key: {} })).toThrow('key is of type object');
    expect(message({ value: null, headers: { a: 1 } })).toThrow('header a is of type number');
    expect(message({ value: null, timestampMs: 1.5 })).toThrow('timestampMs is 1.5');
  });
});
