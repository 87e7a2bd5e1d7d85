import { describe, expect, it } from 'vitest';
import { eventOfRecord } from '../../../../../src/backends/eventhubs/produce/event-of-record.ts';

const annotated = (key: Buffer | string | null) =>
  eventOfRecord({ key, value: 'v' }, 'orders').message;

describe('a record as an event', () => {
  it('has its text key as partition key, and its text headers as text', () => {
    const headers = { trace: 'abc', raw: Buffer.from([0, 255]), none: null };
    const { message, key } = eventOfRecord({ key: 'k', value: 'v', headers }, 'orders');
    expect(key).toEqual(Buffer.from('k'));
    expect(message).toMatchObject({
      body: Buffer.from('v'),
      bodyType: 'data',
      messageAnnotations: { 'x-opt-partition-key': 'k' },
      applicationProperties: headers,
    });
    expect(message).not.toHaveProperty('applicationProperties.partita-key');
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['no text', Buffer.from([255, 0])],
    ['too long', Buffer.alloc(129, 'x')],
  ])('keeps a key that is %s beside a digest of it', (_, key) => {
    expect(annotated(key)).toMatchObject({
      applicationProperties: { 'partita-key': key },
      messageAnnotations: { 'x-opt-partition-key': expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
  });

  it('has no key without one, and no body without a value', () => {
    expect(annotated(null)).not.toHaveProperty('messageAnnotations');
    expect(eventOfRecord({ value: null }, 'orders').message).toMatchObject({
      body: null,
      bodyType: 'value',
    });
  });

  it('does not share the buffers of the caller', () => {
    const value = Buffer.from('before');
    const { message } = eventOfRecord({ value }, 'orders');
    value.fill(0);
    expect(message.body).toEqual(Buffer.from('before'));
  });

  it('refuses two headers of one name, which an event cannot have', () => {
    const header = { name: 'h', value: Buffer.from('1') };
    expect(() => eventOfRecord({ value: 'v', headers: [header, header] }, 'orders')).toThrow(
      'occurs twice',
    );
  });
});
