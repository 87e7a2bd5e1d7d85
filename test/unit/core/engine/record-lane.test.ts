import { describe, expect, it } from 'vitest';
import { retry, skip } from '../../../../src/core/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';
import { ManualHandler, startEngine } from '../../../support/engine.ts';

/** A clock that goes on while handlers work. */
class WorkClock extends VirtualClock {
  workedMs = 0;
  override now(): number {
    return super.now() + this.workedMs;
  }
}

const keys = (...names: readonly (string | null)[]) => names.map((key) => ({ key }));

describe('lanes', () => {
  it('handle one record of a partition at a time, in log order, by default', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle });
    backend.append(0, keys('a', 'b', null));
    await clock.advance(0);
    expect(handler.started).toEqual([0]);
    handler.finish(0);
    await clock.settle();
    expect(handler.started).toEqual([0, 1]);
    handler.finish(1);
    await clock.settle();
    handler.finish(2);
    await clock.settle();
    expect(handler.done).toEqual([0, 1, 2]);
    expect(handler.most).toBe(1);
  });

  it('handle keys side by side and records of one key one after the other', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'key' },
    });
    backend.append(0, keys('a', 'a', 'b', 'a', 'b'));
    await clock.advance(0);
    expect(handler.started).toEqual([0, 2]);
    handler.finish(2);
    await clock.settle();
    expect(handler.started).toEqual([0, 2, 4]);
    handler.finish(0);
    await clock.settle();
    expect(handler.started).toEqual([0, 2, 4, 1]);
  });

  it('let a record without a key wait for nobody', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'key' },
    });
    backend.append(0, keys(null, null, 'a', null, 'a'));
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 3]);
  });

  it('let every record go beside any other when there is no order', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none', limit: 3 },
    });
    backend.append(0, keys('a', 'a', 'a', 'a'));
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2]);
    handler.finish(1);
    await clock.settle();
    expect(handler.started).toEqual([0, 1, 2, 3]);
  });

  it('share the limit among partitions fairly: a busy one starves no other', async () => {
    const order: string[] = [];
    const { backend, clock } = await startEngine(
      {
        concurrency: { order: 'partition', limit: 1 },
        handle: async (_: unknown, { record }: { record: { partition: number } }) => {
          order.push(String(record.partition));
        },
      },
      { partitions: [0, 1, 2] },
    );
    const many = Array.from({ length: 50 }, () => ({}));
    for (const partition of [0, 1, 2]) backend.append(partition, many);
    await clock.advance(100);
    expect(order).toHaveLength(150);
    // From the moment that all three have records, nobody is overtaken twice.
    expect(order.slice(3, 100).join('')).toMatch(
      /^(?:(?:012)|(?:120)|(?:201)|(?:021)|(?:210)|(?:102))*/,
    );
    for (let i = 3; i < 90; i += 3) expect(new Set(order.slice(i, i + 3)).size).toBe(3);
  });

  it('give their slot to others while a record waits for its retry', async () => {
    const tried: number[] = [];
    const { backend, clock, consumer } = await startEngine({
      concurrency: { order: 'key', limit: 1 },
      onError: retry({ attempts: 3, firstDelayMs: 1_000, maxDelayMs: 1_000 }),
      handle: (
        _: unknown,
        { record, attempt }: { record: { offset: number }; attempt: number },
      ) => {
        tried.push(record.offset);
        if (record.offset === 0 && attempt < 3) throw new Error('not yet');
      },
    });
    backend.append(0, keys('a', 'b', 'a'));
    await clock.advance(0);
    expect(tried).toEqual([0, 1]);
    await clock.advance(2_000);
    expect(tried).toEqual([0, 1, 0, 0, 2]);
    expect(consumer.status().counts).toMatchObject({ handled: 3, failures: 2, retries: 2 });
  });

  it('give timers their turn while handlers never wait for anything', async () => {
    let ticks = 0;
    let handled = 0;
    const clock = new WorkClock();
    const handle = () => {
      handled++;
      clock.workedMs += 0.1;
    };
    const { backend } = await startEngine({ handle }, { clock });
    const tick = () => {
      ticks++;
      clock.schedule(0, tick);
    };
    clock.schedule(0, tick);
    backend.batchRecords = 1_000;
    backend.append(
      0,
      Array.from({ length: 1_000 }, () => ({})),
    );
    await clock.until(() => handled > 0);
    expect(handled).toBeLessThan(1_000);
    const before = ticks;
    await clock.until(() => handled === 1_000);
    expect(ticks).toBeGreaterThan(before);
  });

  it('give timers their turn while handlers that never wait fail', async () => {
    let handled = 0;
    const clock = new WorkClock();
    const handle = () => {
      handled++;
      clock.workedMs += 0.1;
      throw new Error('boom');
    };
    const { backend } = await startEngine({ onError: skip(), handle }, { clock });
    backend.batchRecords = 1_000;
    backend.append(
      0,
      Array.from({ length: 1_000 }, () => ({})),
    );
    await clock.until(() => handled > 0);
    expect(handled).toBeLessThan(1_000);
    await clock.until(() => handled === 1_000);
  });

  it('start nothing while paused, and go on where they were', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'key', limit: 1 },
    });
    backend.append(0, keys('a', 'b', 'c'));
    await clock.advance(0);
    consumer.pause();
    handler.finish(0);
    await clock.advance(1_000);
    expect(handler.started).toEqual([0]);
    await consumer.resume();
    await clock.settle();
    handler.finish(1);
    await clock.settle();
    expect(handler.started).toEqual([0, 1, 2]);
  });

  it('keep a retry for the end of a pause', async () => {
    const tried: number[] = [];
    const { backend, clock, consumer } = await startEngine({
      onError: retry({ attempts: 2, firstDelayMs: 10, maxDelayMs: 10 }),
      handle: (
        _: unknown,
        { record, attempt }: { record: { offset: number }; attempt: number },
      ) => {
        tried.push(record.offset);
        if (attempt === 1) throw new Error('not yet');
      },
    });
    backend.append(0, keys('a'));
    await clock.advance(0);
    consumer.pause();
    await clock.advance(1_000);
    expect(tried).toEqual([0]);
    await consumer.resume();
    await clock.advance(0);
    expect(tried).toEqual([0, 0]);
  });
});
