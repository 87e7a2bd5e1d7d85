import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import {
  type BackendDefinition,
  InvalidConfigError,
  PartitaError,
  ProduceError,
  type ProducerOptions,
  stopPartition,
} from '../../../src/core/index.ts';
import { resolveProducerOptions } from '../../../src/core/producer.ts';
import { partita } from '../../../src/index.ts';
import { declareEngine } from '../../support/engine.ts';

describe('a producer', () => {
  it('resolves with where a record is, or with one place for each of several', async () => {
    const producer = declareEngine({ handle: () => {} }).app.producer();
    await expect(producer.send('t', { value: 'a' })).resolves.toEqual({
      topic: 't',
      partition: 0,
      offset: 0,
    });
    await expect(producer.send('t', [{ value: 'b' }, { value: 'c' }])).resolves.toHaveLength(2);
  });

  it('rejects with the error of a record, or with a result for each of several', async () => {
    const { app, backend } = declareEngine({ handle: () => {} });
    backend.onProduce = (_, { value }) => {
      if (value === 'big') throw new PartitaError('RECORD_TOO_LARGE', 'Too large.');
    };
    const producer = app.producer();
    await expect(producer.send('t', { value: 'big' })).rejects.toMatchObject({
      code: 'RECORD_TOO_LARGE',
      message: 'Too large.',
    });
    const error = await producer.send('t', [{ value: 'a' }, { value: 'big' }]).catch((e) => e);
    expect(error).toBeInstanceOf(ProduceError);
    expect(error.results).toMatchObject([{ offset: 0 }, { code: 'RECORD_TOO_LARGE' }]);
  });

  it('has the defaults of its application; what handlers write waits for all replicas whatever they are', async () => {
    const opened: ProducerOptions[] = [];
    const backend = memory({ topics: { in: 1, out: 1 } });
    const watched: BackendDefinition = {
      ...backend,
      open: (env) => {
        const open = backend.open(env);
        return {
          openGroup: (options, listener) => open.openGroup(options, listener),
          openAdmin: () => open.openAdmin(),
          close: () => open.close(),
          openProducer: (options) => {
            opened.push(options);
            return open.openProducer(options);
          },
        };
      },
    };
    const handled = Promise.withResolvers<void>();
    await using app = partita({ backend: watched, producer: { acks: 'leader', lingerMs: 0 } });
    app.consume('in', {
      group: 'g',
      onError: stopPartition(),
      async handle(record, { publish }) {
        await publish('out', { value: record.value });
        handled.resolve();
      },
    });
    await app.start();
    await app.producer({ lingerMs: 1 }).send('in', { value: 'a' });
    await handled.promise;
    expect(opened).toMatchObject([
      { acks: 'leader', lingerMs: 1, idempotent: false },
      { acks: 'all', idempotent: true },
    ]);
    expect(() => partita({ backend, producer: { acks: 'two' as never } })).toThrow(
      InvalidConfigError,
    );
  });

  it('is safe by default, and tells all that is wrong with its options at once', () => {
    expect(resolveProducerOptions({})).toEqual({
      acks: 'all',
      lingerMs: 5,
      batchBytes: 131_072,
      compression: 'none',
      idempotent: true,
      deliveryTimeoutMs: 120_000,
    });
    expect(resolveProducerOptions({ acks: 'leader' }).idempotent).toBe(false);
    const wrong = { ack: 1, acks: 'some', compression: 'zip', lingerMs: -1, batchBytes: 0 };
    try {
      resolveProducerOptions(wrong as never);
      expect.unreachable();
    } catch (error) {
      expect((error as InvalidConfigError).problems).toHaveLength(5);
    }
    for (const given of [null, 5, 'x', []])
      expect(() => resolveProducerOptions(given as never)).toThrow(InvalidConfigError);
    expect(() => resolveProducerOptions({ idempotent: true, acks: 'none' })).toThrow(/acks 'all'/);
  });
});
