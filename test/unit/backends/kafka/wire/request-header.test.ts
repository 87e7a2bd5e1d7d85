import { describe, expect, it } from 'vitest';
import {
  encodeRequestHeader,
  flexibleBodyStart,
} from '../../../../../src/backends/kafka/wire/request-header.ts';

const header = {
  apiKey: 3,
  version: 12,
  correlationId: 7,
  clientId: Buffer.from('ab'),
  bodyBytes: 5,
};

describe('request and response headers', () => {
  it('hold length, key, version, correlation and client id', () => {
    expect(encodeRequestHeader({ ...header, flexible: false }).toString('hex')).toBe(
      '000000110003000c0000000700026162',
    );
  });

  it('end in an empty tag section for flexible requests', () => {
    expect(encodeRequestHeader({ ...header, flexible: true }).toString('hex')).toBe(
      '000000120003000c000000070002616200',
    );
  });

  it('are passed over with all their tagged fields', () => {
    expect(flexibleBodyStart(Buffer.from([0, 9]))).toBe(1);
    const long = Buffer.concat([Buffer.from([2, 0, 1, 0xaa, 1, 0x80, 2]), Buffer.alloc(256)]);
    expect(flexibleBodyStart(Buffer.concat([long, Buffer.from([9])]))).toBe(long.length);
  });

  it('do not end inside a number', () => {
    expect(() => flexibleBodyStart(Buffer.from([0x80]))).toThrow(RangeError);
    expect(() => flexibleBodyStart(Buffer.alloc(9, 0xff))).toThrow(RangeError);
  });
});
