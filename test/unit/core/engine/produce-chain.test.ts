import { describe, expect, it } from 'vitest';
import {
  deadLetter,
  defineMiddleware,
  type Middleware,
  PartitaError,
  ProduceError,
  type ProduceOrigin,
} from '../../../../src/core/index.ts';
import { declareEngine, startEngine } from '../../../support/engine.ts';

type Produce = NonNullable<Middleware['produce']>;
const around = (produce: Produce): Middleware => defineMiddleware({ name: 'm', produce });
const stamp = (name: string): Middleware =>
  around((call, next) =>
    next({
      records: call.records.map((record) => ({ ...record, value: `${record.value}${name}` })),
    }),
  );

function producer(...middleware: readonly Middleware[]) {
  const engine = declareEngine({ handle: () => {} }, { app: { middleware } });
  return { producer: engine.app.producer(), backend: engine.backend };
}

describe('middleware around a producer', () => {
  it('changes records, from the inside out, and sees where they were written', async () => {
    const seen: unknown[] = [];
    const watch = around(async (call, next) => {
      const written = await next();
      seen.push(call.topic, call.origin, call.consumer, call.env.backend, written);
      seen.push(call.records[0]?.value);
      return written;
    });
    const watchInside = around((call, next) => {
      seen.push(call.records[0]?.value);
      return next();
    });
    const { producer: writer, backend } = producer(watch, stamp('1'), stamp('2'), watchInside);
    const where = { topic: 't', partition: 0, offset: 0 };
    await expect(writer.send('t', { value: 'a' })).resolves.toEqual(where);
    expect(backend.produced).toEqual([{ topic: 't', record: { value: 'a21' } }]);
    expect(seen).toEqual(['a', 't', 'producer', undefined, 'scripted', [where], 'a21']);
  });

  it('sees errors as they are, and leaves one per record', async () => {
    const seen: unknown[] = [];
    const watch = around(async (_, next) => {
      try {
        return await next();
      } catch (error) {
        seen.push(error);
        throw error;
      }
    });
    const { producer: writer, backend } = producer(watch);
    backend.onProduce = (_, { value }) => {
      if (value === 'big') throw new PartitaError('RECORD_TOO_LARGE', 'Too large.');
    };
    await expect(writer.send('t', { value: 'big' })).rejects.toThrow('Too large.');
    await expect(writer.send('t', [{ value: 'a' }, { value: 'big' }])).rejects.toMatchObject({
      results: [{ offset: 0 }, { code: 'RECORD_TOO_LARGE' }],
    });
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBeInstanceOf(ProduceError);
  });

  it('may refuse a write', async () => {
    const { producer: writer, backend } = producer(
      around(() => {
        throw new Error('read only');
      }),
    );
    await expect(writer.send('t', { value: 'a' })).rejects.toThrow('read only');
    expect(backend.produced).toEqual([]);
  });

  it('is held to its rules: next() once, awaited, as many records, its result', async () => {
    const broken: [Produce, RegExp][] = [
      [async () => [], /without having called next/],
      [(_, next) => next().then(() => next()), /next\(\) twice/],
      [
        async (_, next) => {
          void next();
          return [];
        },
        /awaited next/,
      ],
      [(_, next) => next({ records: [] }), /0 records, expected 1/],
      [(_, next) => next({ records: 'x' as never }), /"x", expected 1/],
      [(_, next) => next().then(() => []), /returned \[\], expected what next/],
      [(_, next) => next().then(() => undefined as never), /returned undefined/],
    ];
    for (const [produce, message] of broken) {
      const { producer: writer } = producer(around(produce));
      await expect(writer.send('t', { value: 'a' })).rejects.toThrow(message);
    }
  });
});

describe('middleware around what a consumer writes', () => {
  async function failingOrPublishing(middleware: readonly Middleware[], fails: boolean) {
    const engine = await startEngine(
      {
        onError: deadLetter('dead'),
        middleware,
        handle: (
          _: unknown,
          { publish }: { publish(topic: string, record: { value: string }): unknown },
        ) => {
          if (fails) throw new Error('no');
          return publish('out', { value: 'p' });
        },
      },
      { app: { middleware: [stamp('-app')] } },
    );
    engine.backend.append(0, [{ value: 'a' }]);
    await engine.clock.advance(0);
    return engine.backend.produced.map(({ topic, record }) => `${topic} ${record.value}`);
  }

  it('is that of the consumer and, outside of it, that of the application', async () => {
    expect(await failingOrPublishing([stamp('-own')], false)).toEqual(['out p-own-app']);
  });

  it('leaves dead letters alone unless it asks for them', async () => {
    const origins: (readonly [ProduceOrigin, string | undefined])[] = [];
    const watch = defineMiddleware({
      name: 'watch',
      deadLetters: true,
      produce(call, next) {
        origins.push([call.origin, call.consumer]);
        return next();
      },
    });
    expect(await failingOrPublishing([stamp('-own'), watch], true)).toEqual(['dead a']);
    expect(origins).toEqual([['deadLetter', 'billing']]);
  });
});
