import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type App,
  type BatchContext,
  type ConsumerRecord,
  type Decoder,
  deadLetter,
  json,
  type RecordContext,
  type RecordMetadata,
  retry,
  skip,
  stopPartition,
  text,
  type ValueCodec,
  type ValueDecoder,
} from '../../src/core/index.ts';

declare const app: App;
const onError = stopPartition();
const base = { group: 'billing', onError };
const Order = z.object({ id: z.string(), total: z.coerce.number(), note: z.string().optional() });
interface Order {
  id: string;
  total: number;
  note?: string | undefined;
}

// Without a decoder the handler gets the record as it is.
app.consume('orders', {
  ...base,
  handle(record, context) {
    expectTypeOf(record).toEqualTypeOf<ConsumerRecord>();
    expectTypeOf(context).toEqualTypeOf<RecordContext>();
    expectTypeOf(context.record).toEqualTypeOf<ConsumerRecord>();
    expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context.commit()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(context.publish('other', { value: 'x' })).toEqualTypeOf<Promise<RecordMetadata>>();
  },
});

// A decoder gives the handler's argument its type: a schema's output, not its input.
app.consume('orders', {
  ...base,
  value: json(Order),
  handle(order) {
    expectTypeOf(order).toEqualTypeOf<Order>();
  },
});
app.consume('orders', {
  ...base,
  value: json(),
  handle: (value) => expectTypeOf(value).toEqualTypeOf<unknown>(),
});
app.consume('orders', {
  ...base,
  value: text(),
  handle: (value) => expectTypeOf(value).toEqualTypeOf<string | null>(),
});
app.consume('orders', {
  ...base,
  value: async (bytes, record) => {
    expectTypeOf(bytes).toEqualTypeOf<Buffer | null>();
    expectTypeOf(record).toEqualTypeOf<ConsumerRecord>();
    return { size: bytes?.length ?? 0 };
  },
  handle: (value) => expectTypeOf(value).toEqualTypeOf<{ size: number }>(),
});
expectTypeOf(json(Order)).toEqualTypeOf<ValueCodec<z.input<typeof Order>, Order>>();
expectTypeOf(json(z.string().transform(Number))).toEqualTypeOf<ValueCodec<string, number>>();
expectTypeOf<ValueDecoder<Order>>().toExtend<Decoder<Order>>();

// A batch handler gets the values and a context that can fail single records.
app.consume('orders', {
  ...base,
  value: json(Order),
  batch: { maxRecords: 100, maxBytes: 1_000, maxWaitMs: 50 },
  handleBatch(orders, context) {
    expectTypeOf(orders).toEqualTypeOf<readonly Order[]>();
    expectTypeOf(context).toEqualTypeOf<BatchContext>();
    expectTypeOf(context.fail).toEqualTypeOf<(index: number, error: unknown) => void>();
    expectTypeOf(context.records).toEqualTypeOf<readonly ConsumerRecord[]>();
  },
});
app.consume('orders', {
  ...base,
  handleBatch: (records) => expectTypeOf(records).toEqualTypeOf<readonly ConsumerRecord[]>(),
});

// @ts-expect-error one handler or the other
app.consume('orders', { ...base, handle() {}, handleBatch() {} });
// @ts-expect-error a handler is needed
app.consume('orders', { ...base });
// @ts-expect-error an error policy is needed
app.consume('orders', { group: 'billing', handle() {} });
// @ts-expect-error an error policy is no text
app.consume('orders', { group: 'billing', onError: 'skip', handle() {} });
// @ts-expect-error batch limits need a batch handler
app.consume('orders', { ...base, batch: { maxRecords: 5 }, handle() {} });
// @ts-expect-error an option that does not exist
app.consume('orders', { ...base, concurency: { order: 'key' }, handle() {} });
// @ts-expect-error an order that does not exist
app.consume('orders', { ...base, concurrency: { order: 'keys' }, handle() {} });
// @ts-expect-error an assignor that does not come with Partita
app.consume('orders', { ...base, assignor: 'fair', handle() {} });
// @ts-expect-error a start that is no place
app.consume('orders', { ...base, start: 'begin', handle() {} });
// @ts-expect-error undefined is no default
app.consume('orders', { ...base, drainTimeoutMs: undefined, handle() {} });
const takesNumbers = (order: { readonly id: number }): unknown => order.id;
// @ts-expect-error the handler must take what the decoder gives
app.consume('orders', { ...base, value: json(Order), handle: takesNumbers });

// Topics: one, several, a pattern; assignors: one or several.
app.consume(['orders', 'returns'], { ...base, assignor: ['range', 'sticky'], handle() {} });
app.consume(/^orders-/, { ...base, handle() {} });
app.consume('orders', { onError, partitions: [0, 1], start: { timestampMs: 0 }, handle() {} });
// @ts-expect-error topics have names
app.consume(5, { ...base, handle() {} });

// Declarations chain, and policies too.
expectTypeOf(app.consume('orders', { ...base, handle() {} })).toEqualTypeOf<App>();
retry({ attempts: 5 })
  .when((error) => expectTypeOf(error).toEqualTypeOf<unknown>() === undefined)
  .otherwise(deadLetter('orders.dead').otherwise(skip()));
// @ts-expect-error how often is not left open
retry({});
// @ts-expect-error a dead-letter topic is needed
deadLetter();

app.consume('orders', {
  ...base,
  open({ topic, partition, signal }) {
    expectTypeOf(topic).toEqualTypeOf<string>();
    expectTypeOf(partition).toEqualTypeOf<number>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
  },
  close(_, reason) {
    expectTypeOf(reason).toEqualTypeOf<'revoked' | 'lost' | 'stopped'>();
  },
  handle() {},
});
