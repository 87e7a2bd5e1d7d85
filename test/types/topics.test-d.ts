import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type App,
  type ConsumerRecord,
  defineMiddleware,
  defineTopics,
  json,
  type RecordMetadata,
  stopPartition,
  type TypedTopic,
  text,
  topic,
} from '../../src/core/index.ts';

declare const app: App;
const base = { group: 'billing', onError: stopPartition() };
const Order = z.object({
  id: z.string(),
  placed: z.iso.datetime().transform((at) => new Date(at)),
});
interface OrderRead {
  id: string;
  placed: Date;
}
interface OrderWritten {
  id: string;
  placed: string;
}
const orders = topic('orders', json(Order));
const topics = defineTopics({ orders: json(Order), notes: text(), 'raw.events': json() });

// A topic knows what is written to it and what is read from it.
expectTypeOf(orders).toEqualTypeOf<TypedTopic<OrderWritten, OrderRead>>();
expectTypeOf(topics.orders).toEqualTypeOf<TypedTopic<OrderWritten, OrderRead>>();
expectTypeOf(topics.notes).toEqualTypeOf<TypedTopic<string | null, string | null>>();
expectTypeOf(topics['raw.events']).toEqualTypeOf<TypedTopic<unknown, unknown>>();
// @ts-expect-error a topic that was not named
topics.returns;

// The handler's argument has the type of the topic; that of several topics is one of theirs.
app.consume(orders, {
  ...base,
  handle(order, { record, publish }) {
    expectTypeOf(order).toEqualTypeOf<OrderRead>();
    expectTypeOf(record).toEqualTypeOf<ConsumerRecord>();
    expectTypeOf(publish(topics.notes, { value: 'x' })).toEqualTypeOf<Promise<RecordMetadata>>();
    // @ts-expect-error the value of another topic
    void publish(topics.notes, { value: order });
  },
});
app.consume(orders, {
  ...base,
  batch: { maxRecords: 10 },
  handleBatch: (all) => expectTypeOf(all).toEqualTypeOf<readonly OrderRead[]>(),
});
app.consume([topics.orders, topics.notes], {
  ...base,
  handle: (value) => expectTypeOf(value).toEqualTypeOf<OrderRead | string | null>(),
});
const tenant = defineMiddleware<{ tenant: string }>({
  name: 'tenant',
  handle: (_, next) => next({ context: { tenant: 'a' } }),
});
app.consume(orders, {
  ...base,
  middleware: [tenant],
  handle(order, { tenant }) {
    expectTypeOf(order).toEqualTypeOf<OrderRead>();
    expectTypeOf(tenant).toEqualTypeOf<string>();
  },
});
const takesNumbers = (order: { readonly id: number }): unknown => order.id;
// @ts-expect-error the handler must take what the topic has
app.consume(orders, { ...base, handle: takesNumbers });
// @ts-expect-error a typed topic says itself how it is decoded
app.consume(orders, { ...base, value: text(), handle() {} });
// @ts-expect-error typed topics and names do not mix
app.consume([orders, 'returns'], { ...base, handle() {} });
// @ts-expect-error an error policy is needed here, too
app.consume(orders, { group: 'billing', handle() {} });

// What is written is what the schema takes; null is a tombstone.
const producer = app.producer();
const written = { id: '1', placed: '2026-01-01T00:00:00Z' };
expectTypeOf(producer.send(orders, { key: '1', value: written })).toEqualTypeOf<
  Promise<RecordMetadata>
>();
expectTypeOf(producer.send(orders, [{ value: written }, { value: null }])).toEqualTypeOf<
  Promise<readonly RecordMetadata[]>
>();
// @ts-expect-error a field is missing
void producer.send(orders, { value: { id: '1' } });
// @ts-expect-error what is read is not what is written
void producer.send(orders, { value: { id: '1', placed: new Date() } });
// @ts-expect-error one of them does not fit
void producer.send(orders, [{ value: written }, { value: 'x' }]);
// @ts-expect-error a topic needs a way to write
topic('orders', { decode: () => 1 });
