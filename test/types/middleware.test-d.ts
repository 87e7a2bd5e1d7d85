import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { memory } from '../../src/backends/memory/index.ts';
import {
  type App,
  type BatchContext,
  type ConsumerRecord,
  createApp,
  defineMiddleware,
  json,
  type Middleware,
  type RecordContext,
  type RecordMetadata,
  type System,
  stopPartition,
} from '../../src/core/index.ts';

declare const app: App;
declare const system: System;
const base = { group: 'billing', onError: stopPartition() };

const tenant = defineMiddleware<{ tenant: string }>({
  name: 'tenant',
  handle: (call, next) => next({ context: { tenant: call.topic } }),
});
interface Trace {
  readonly traceId: number;
}
const trace = defineMiddleware<Trace>({
  name: 'trace',
  handle: (_, next) => next({ context: { traceId: 1 } }),
});
const plain = defineMiddleware({ name: 'plain', handle: (_, next) => next() });
expectTypeOf(plain).toEqualTypeOf<Middleware>();
expectTypeOf(tenant).toEqualTypeOf<Middleware<{ tenant: string }>>();

// What is promised must be handed on.
// @ts-expect-error nothing is handed on
defineMiddleware<{ tenant: string }>({ name: 'tenant', handle: (_, next) => next() });
defineMiddleware<{ tenant: string }>({
  name: 'tenant',
  // @ts-expect-error the wrong type is handed on
  handle: (_, next) => next({ context: { tenant: 5 } }),
});

// What every context has is not for middleware to replace.
// @ts-expect-error a record is there already
defineMiddleware<{ record: string }>({ name: 'own', handle: (_, next) => next() });

// A consumer's middleware adds to the context of its handler.
app.consume('orders', {
  ...base,
  middleware: [tenant, trace, plain],
  handle(record, context) {
    expectTypeOf(record).toEqualTypeOf<ConsumerRecord>();
    expectTypeOf(context.tenant).toEqualTypeOf<string>();
    expectTypeOf(context.traceId).toEqualTypeOf<number>();
    expectTypeOf(context).toExtend<RecordContext>();
    // @ts-expect-error what was added is not for the handler to change
    context.tenant = '';
    // @ts-expect-error nobody adds it
    context.user;
  },
});
app.consume('orders', {
  ...base,
  middleware: [tenant],
  value: json(z.object({ id: z.string() })),
  handleBatch(orders, context) {
    expectTypeOf(orders).toEqualTypeOf<readonly { id: string }[]>();
    expectTypeOf(context.tenant).toEqualTypeOf<string>();
    expectTypeOf(context).toExtend<BatchContext>();
  },
});

// Without anything added, contexts are what they are.
app.consume('orders', {
  ...base,
  middleware: [plain],
  handle: (_, context) => expectTypeOf(context).toEqualTypeOf<RecordContext>(),
});
app.consume('orders', {
  ...base,
  middleware: [],
  handle: (_, context) => expectTypeOf(context).toEqualTypeOf<RecordContext>(),
});
app.consume('orders', {
  ...base,
  // @ts-expect-error no middleware
  middleware: ['logging'],
  handle() {},
});

// The application's middleware adds to all.
const traced = createApp({ backend: memory(), middleware: [trace, plain] }, system);
expectTypeOf(createApp({ backend: memory() }, system)).toEqualTypeOf<App>();
traced
  .consume('orders', {
    ...base,
    handle: (_, { traceId }) => expectTypeOf(traceId).toEqualTypeOf<number>(),
  })
  .consume('returns', {
    ...base,
    middleware: [tenant],
    value: json(z.object({ id: z.string() })),
    handle(value, context) {
      expectTypeOf(value).toEqualTypeOf<{ id: string }>();
      expectTypeOf(context.traceId).toEqualTypeOf<number>();
      expectTypeOf(context.tenant).toEqualTypeOf<string>();
    },
  });

// A list made elsewhere adds what each of it adds.
const list = [tenant, trace];
app.consume('orders', {
  ...base,
  middleware: list,
  handle: (_, context) => expectTypeOf(context.tenant).toEqualTypeOf<string>(),
});

defineMiddleware({
  name: 'writes',
  async produce(call, next) {
    expectTypeOf(call.origin).toEqualTypeOf<'producer' | 'publish' | 'deadLetter' | 'park'>();
    const written = await next({ records: call.records });
    expectTypeOf(written).toEqualTypeOf<readonly RecordMetadata[]>();
    return written;
  },
});
// @ts-expect-error what was written must be returned
defineMiddleware({ name: 'writes', produce: async (_, next) => void (await next()) });
