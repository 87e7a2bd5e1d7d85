import { expect, it } from 'vitest';
import { recordDocument, recordLine } from '../../../src/cli/record-text.ts';
import type { ConsumerRecord } from '../../../src/core/index.ts';

const record: ConsumerRecord = {
  topic: 'orders',
  partition: 1,
  offset: 7,
  timestampMs: 0,
  key: Buffer.from('k\u001b[31m'),
  value: Buffer.from('two\nlines\tand a bell\u0007'),
  headers: [
    { name: 'hop', value: Buffer.from('a') },
    { name: 'hop', value: null },
    { name: 'h', value: Buffer.from([255]) },
  ],
  sizeBytes: 40,
};

it('is one line for people, whatever a record holds, and moves no cursor', () => {
  expect(recordLine(record)).toBe(
    'orders-1@7  1970-01-01T00:00:00.000Z  k\\u001b[31m  two\\nlines\\tand a bell\\u0007  {hop=a hop=- h=base64:/w==}',
  );
});

it('has a number in the place of a time that is none', () => {
  expect(recordDocument({ ...record, timestampMs: 1.7e18 }).timestamp).toBe('1700000000000000000');
});

it('loses no header that occurs more than once', () => {
  expect(recordDocument(record).headers).toEqual({ hop: ['a', null], h: { base64: '/w==' } });
});
