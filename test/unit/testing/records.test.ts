import { describe, expect, it } from 'vitest';
import { aRecord, headersOf, jsonOf, records, textOf } from '../../../src/testing/index.ts';

describe('records of tests', () => {
  it('are written as JSON, unless they are text, bytes or nothing', () => {
    expect(aRecord({ key: 'a', value: { id: 1 } })).toEqual({ key: 'a', value: '{"id":1}' });
    expect(aRecord({ value: 'plain' })).toEqual({ value: 'plain' });
    expect(aRecord({ value: Buffer.from('raw'), partition: 2 })).toEqual({
      value: Buffer.from('raw'),
      partition: 2,
    });
    expect(aRecord({ value: 0 })).toEqual({ value: '0' });
    expect(aRecord()).toEqual({ value: null });
  });

  it('take bytes of any kind, and what was read before', () => {
    expect(aRecord({ value: new Uint8Array([1, 2]) })).toEqual({ value: Buffer.from([1, 2]) });
    const read = { topic: 't', partition: 1, offset: 7, timestampMs: 5, key: null, sizeBytes: 9 };
    expect(aRecord({ ...read, value: 'v', headers: [] })).toEqual({
      partition: 1,
      timestampMs: 5,
      key: null,
      value: 'v',
      headers: [],
    });
  });

  it('are refused with fields that records have not', () => {
    const wrong = { valeu: 1, timestamp: 5 } as object;
    expect(() => aRecord(wrong)).toThrow(
      'Invalid record: valeu is no option; did you mean value?; timestamp is no option; did you mean timestampMs?.',
    );
  });

  it('come in numbers, with keys and values of their own', () => {
    expect(records('order', 2)).toEqual([
      { key: 'order-0', value: '{"id":"order-0"}' },
      { key: 'order-1', value: '{"id":"order-1"}' },
    ]);
    expect(records('order', 2, (_, index) => index * 10).map(jsonOf)).toEqual([0, 10]);
  });

  it('can be looked into, as they are written and as they are read', () => {
    const written = aRecord({ value: { id: 1 }, headers: { source: 'test', none: null } });
    expect(headersOf(written)).toEqual({ source: 'test', none: null });
    expect(textOf(written)).toBe('{"id":1}');
    const headers = [
      { name: 'twice', value: Buffer.from('first') },
      { name: 'twice', value: Buffer.from('last') },
    ];
    expect(headersOf({ headers })).toEqual({ twice: 'last' });
    expect(headersOf({})).toEqual({});
    expect(jsonOf({ value: Buffer.from('[1]') })).toEqual([1]);
    expect(jsonOf({ value: null })).toBeNull();
  });
});
