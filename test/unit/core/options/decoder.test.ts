import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConsumerRecord, json, text } from '../../../../src/core/index.ts';
import { startEngine } from '../../../support/engine.ts';

const record = { topic: 'orders', partition: 0, offset: 7 } as ConsumerRecord;
const bytes = (value: string) => Buffer.from(value);
const Order = z.object({ id: z.string(), lines: z.array(z.object({ price: z.coerce.number() })) });

describe('text', () => {
  it('is UTF-8, and null for a tombstone', () => {
    expect(text().decode(bytes('Zoë'), record)).toBe('Zoë');
    expect(text().decode(bytes(''), record)).toBe('');
    expect(text().decode(null, record)).toBeNull();
  });
});

describe('json', () => {
  it('is parsed, and null for a tombstone', () => {
    expect(json().decode(bytes('{"a":[1]}'), record)).toEqual({ a: [1] });
    expect(json().decode(null, record)).toBeNull();
    expect(() => json().decode(bytes('{'), record)).toThrow(SyntaxError);
  });

  it('with a schema gives what the schema makes of it', () => {
    const value = bytes('{"id":"a","lines":[{"price":"5"}],"more":1}');
    expect(json(Order).decode(value, record)).toEqual({ id: 'a', lines: [{ price: 5 }] });
    expect(json(z.null()).decode(null, record)).toBeNull();
  });

  it('with a schema says where a value does not fit', () => {
    const value = bytes('{"id":5,"lines":[{"price":"x"}]}');
    expect(() => json(Order).decode(value, record)).toThrow(/^id: .+; lines\.0\.price: /);
  });

  it('waits for a schema that takes its time', async () => {
    const slow = z.string().refine(async (value) => value !== 'bad');
    const later: typeof slow = Object.assign(Object.create(slow), {
      '~standard': {
        ...slow['~standard'],
        validate: async (value: unknown) => slow['~standard'].validate(value),
      },
    });
    await expect(json(later).decode(bytes('"good"'), record)).resolves.toBe('good');
    await expect(json(later).decode(bytes('"bad"'), record)).rejects.toThrow();
  });
});

class Counting {
  calls = 0;
  decode(value: Buffer): unknown {
    this.calls++;
    return JSON.parse(value.toString());
  }
}

describe('a decoder', () => {
  it.for([
    ['an object', json()],
    ['a function', (value: Buffer) => JSON.parse(value.toString()) as unknown],
    ['an asynchronous function', async (value: Buffer) => JSON.parse(value.toString()) as unknown],
    ['an object with state', new Counting()],
  ] as const)('may be %s', async ([, value]) => {
    const values: unknown[] = [];
    const { backend, clock } = await startEngine({
      value,
      handle: (decoded: unknown) => void values.push(decoded),
    });
    backend.append(0, [{ value: '{"a":1}' }]);
    await clock.advance(0);
    expect(values).toEqual([{ a: 1 }]);
  });
});
