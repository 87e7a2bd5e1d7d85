import { expect, it } from 'vitest';
import type { ConsumerRecord, Middleware } from '../../../../src/core/index.ts';
import { consumerWith, declaredWith } from '../../../support/middleware-app.ts';

function sampling(name: string, log: string[], wanted: string): Middleware {
  return {
    name,
    wants: ({ value }: ConsumerRecord) => value?.toString().includes(wanted) === true,
    async handle(call, next) {
      log.push(`${name} ${call.records.map(({ value }) => value)}`);
      await next();
    },
  };
}

it('goes past middleware that does not want a record, and through the others', async () => {
  const log: string[] = [];
  const all: Middleware = {
    name: 'all',
    async handle(call, next) {
      log.push(`all ${call.records[0]?.value}`);
      await next();
    },
  };
  const handle = ({ value }: ConsumerRecord) => log.push(`handler ${value}`);
  const list = [sampling('a', log, 'a'), all, sampling('b', log, 'b')];
  await using test = await consumerWith(list, { handle });
  for (const value of ['a', 'ab', 'c']) await test.produce('orders', { value, key: 'k' });
  await test.idle();
  expect(log).toEqual([
    ...['a a', 'all a', 'handler a'],
    ...['a ab', 'all ab', 'b ab', 'handler ab'],
    ...['all c', 'handler c'],
  ]);
});

it('calls the handler as without middleware when none wants the record, batches likewise', async () => {
  const log: string[] = [];
  const handleBatch = (records: readonly ConsumerRecord[]) => log.push(`handler ${records.length}`);
  const options = { handleBatch, batch: { maxRecords: 1 } };
  await using test = await consumerWith([sampling('a', log, 'a')], options);
  await test.produce('orders', [
    { value: 'a', key: 'k' },
    { value: 'b', key: 'k' },
  ]);
  await test.idle();
  expect(log).toEqual(['a a', 'handler 1', 'handler 1']);
});

it('refuses a wish that is no function', () => {
  const wrong = { name: 'a', handle: async () => {}, wants: true } as unknown as Middleware;
  expect(() => declaredWith([wrong])).toThrow('middleware[0].wants is true, expected a function');
});
