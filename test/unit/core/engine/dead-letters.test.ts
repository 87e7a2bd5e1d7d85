import { describe, expect, it } from 'vitest';
import { deadLetterRecord } from '../../../../src/core/engine/dead-letters.ts';
import { type ConsumerRecord, PartitaError } from '../../../../src/core/index.ts';

const record: ConsumerRecord = {
  topic: 'orders',
  partition: 3,
  offset: 42,
  timestampMs: 1_000,
  key: Buffer.from('k'),
  value: null,
  headers: [
    { name: 'trace', value: Buffer.from('1') },
    { name: 'trace', value: null },
    { name: 'partita-offset', value: Buffer.from('7') },
  ],
  sizeBytes: 10,
};
const headersOf = (error: unknown) =>
  (deadLetterRecord(record, error, 2, 'billing').headers as ConsumerRecord['headers']).map(
    ({ name, value }) => [name, value?.toString()],
  );

describe('a dead letter', () => {
  it('keeps key, value and headers, and only the newest facts about why it is there', () => {
    expect(deadLetterRecord(record, new TypeError('boom'), 2, 'billing')).toMatchObject({
      key: Buffer.from('k'),
      value: null,
    });
    expect(headersOf(new TypeError('boom'))).toEqual([
      ['trace', '1'],
      ['trace', undefined],
      ['partita-topic', 'orders'],
      ['partita-partition', '3'],
      ['partita-offset', '42'],
      ['partita-timestamp', '1000'],
      ['partita-consumer', 'billing'],
      ['partita-attempts', '2'],
      ['partita-error', 'TypeError'],
      ['partita-message', 'boom'],
    ]);
  });

  it('names the code of our own errors, and bounds what a message may be', () => {
    expect(headersOf(new PartitaError('DECODE_FAILED', 'no JSON'))).toContainEqual([
      'partita-error',
      'DECODE_FAILED',
    ]);
    expect(headersOf('x'.repeat(5_000)).at(-1)?.[1]).toHaveLength(1_001);
    expect(headersOf(Object.create(null)).at(-1)?.[1]).toBe('a thrown object without text');
  });
});
