import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/backends/memory/index.ts';
import { type HealthReport, type HealthServer, serveHealth } from '../../../src/health/index.ts';
import {
  type App,
  deadLetter,
  PartitaError,
  partita,
  retry,
  silentLogger,
  stopPartition,
  text,
} from '../../../src/index.ts';
import { testApp, VirtualClock } from '../../../src/testing/index.ts';
import { until } from '../../support/until.ts';

const stuckAfterMs = 60_000;

interface Answer {
  readonly status: number;
  readonly report: HealthReport;
}

async function ask(server: HealthServer, path: string): Promise<Answer> {
  const response = await fetch(server.url + path);
  return { status: response.status, report: (await response.json()) as HealthReport };
}

/** An application in real time whose health is looked at in virtual time. */
function shop(handle: (value: string | null) => unknown): App {
  const backend = memory({ topics: { orders: 2 } });
  return partita({ backend, logger: silentLogger }).consume('orders', {
    group: 'billing',
    onError: stopPartition(),
    value: text(),
    drainTimeoutMs: 10,
    handle,
  });
}

describe('the health endpoint', () => {
  it('is not ready before the start, ready once all is joined, and tells how each partition gets on', async () => {
    await using app = shop(() => {});
    await using server = await serveHealth(app, { port: 0, host: '127.0.0.1' });
    expect(await ask(server, '/ready')).toMatchObject({
      status: 503,
      report: { ok: false, problems: ['The application is new.'] },
    });
    expect((await ask(server, '/live')).status).toBe(200);
    await app.start();
    await app.producer().send('orders', { value: 'a', partition: 1 });
    await until('it is handled', async () => {
      const { report } = await ask(server, '/ready');
      return report.consumers[0]?.handled === 1;
    });
    expect(await ask(server, '/ready?verbose')).toMatchObject({
      status: 200,
      report: {
        ok: true,
        problems: [],
        consumers: [
          {
            name: 'billing',
            group: 'billing',
            state: 'stable',
            partitions: [
              { topic: 'orders', partition: 0, frontier: 0 },
              { topic: 'orders', partition: 1, frontier: 1, buffered: 0, lag: 0, lagMs: 0 },
            ],
          },
        ],
      },
    });
  });

  it('turns red when one partition stands still although the process is fine, and green when it goes on', async () => {
    const clock = new VirtualClock();
    const release = Promise.withResolvers<void>();
    await using app = shop((value) => (value === 'hangs' ? release.promise : undefined));
    await using server = await serveHealth(app, {
      port: 0,
      host: '127.0.0.1',
      stuckAfterMs,
      clock,
    });
    await app.start();
    const producer = app.producer();
    await producer.send('orders', { value: 'hangs', partition: 0 });
    await until(
      'the handler hangs',
      () => app.health().consumers[0]?.partitions[0]?.handlers === 1,
    );
    await clock.advance(stuckAfterMs - 1_000);
    await producer.send('orders', { value: 'fine', partition: 1 });
    expect((await ask(server, '/live')).status).toBe(200);
    await clock.advance(2_000);
    const red = await ask(server, '/live');
    expect(red).toMatchObject({
      status: 503,
      report: { problems: ['billing: orders-0 has work, and no handler has ended for 60 s'] },
    });
    expect((await ask(server, '/ready')).status).toBe(503);
    const [first, second] = red.report.consumers[0]?.partitions ?? [];
    expect(first?.stuckMs).toBeGreaterThanOrEqual(stuckAfterMs);
    expect(second?.stuckMs).toBeUndefined();
    release.resolve();
    await until('it is green again', async () => (await ask(server, '/live')).status === 200);
  });

  it('lets a failed record wait for its next try as long as the policy says', async () => {
    const clock = new VirtualClock();
    await using app = partita({
      backend: memory({ topics: { orders: 1 } }),
      logger: silentLogger,
    }).consume('orders', {
      group: 'billing',
      onError: retry({ attempts: 2, firstDelayMs: 600_000, maxDelayMs: 600_000 }).otherwise(
        deadLetter('dead'),
      ),
      handle() {
        throw new Error('not yet');
      },
    });
    await using server = await serveHealth(app, { port: 0, stuckAfterMs, clock });
    await app.start();
    await app.producer().send('orders', [{ value: 'a' }, { value: 'b' }]);
    const partition = async () => (await ask(server, '/live')).report.consumers[0]?.partitions[0];
    await until('it waits', async () => (await partition())?.waiting === 1);
    await clock.advance(3 * stuckAfterMs);
    expect((await ask(server, '/live')).status).toBe(200);
  });

  it('lets a paused partition and one without work stand as long as they like', async () => {
    const clock = new VirtualClock();
    await using app = shop(() => {});
    await using server = await serveHealth(app, {
      port: 0,
      host: '127.0.0.1',
      stuckAfterMs,
      clock,
    });
    await app.start();
    app.consumers[0]?.pause([{ topic: 'orders', partition: 0 }]);
    await app.producer().send('orders', { value: 'a', partition: 0 });
    await clock.advance(10 * stuckAfterMs);
    expect((await ask(server, '/live')).status).toBe(200);
  });

  it('is not ready when an error policy has stopped a partition, but alive: a restart would not help', async () => {
    await using app = shop(() => {
      throw new Error('no money');
    });
    await using server = await serveHealth(app, { port: 0, host: '127.0.0.1' });
    await app.start();
    await app.producer().send('orders', { value: 'a', partition: 0 });
    await until('it is not ready', async () => (await ask(server, '/ready')).status === 503);
    expect((await ask(server, '/ready')).report.problems.join()).toContain('no money');
    expect((await ask(server, '/live')).status).toBe(200);
  });

  it('is alive, and not ready, while a dead letter cannot be written, however long that takes', async () => {
    const app = partita({ backend: memory() }).consume('orders', {
      group: 'billing',
      onError: deadLetter('dead'),
      handle() {
        throw new Error('no money');
      },
    });
    await using t = await testApp(app);
    const options = { port: 0, host: '127.0.0.1', stuckAfterMs, clock: t.clock };
    await using server = await serveHealth(t.app, options);
    await t.produce('orders', { value: 'a' });
    t.faults.failNext('produce', new PartitaError('UNAVAILABLE', 'The broker is full.'), 10_000);
    await t.advance(10 * stuckAfterMs);
    expect((await ask(server, '/live')).status).toBe(200);
    expect(await ask(server, '/ready')).toMatchObject({
      status: 503,
      report: { problems: [expect.stringContaining('its record cannot be written to dead')] },
    });
  });

  it('says which paths and methods there are', async () => {
    await using app = shop(() => {});
    await using server = await serveHealth(app, { port: 0, host: '127.0.0.1' });
    const response = await fetch(`${server.url}/healthz`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('ask for /live or /ready');
    const posted = await fetch(`${server.url}/live`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${server.url}/live`, { method: 'HEAD' })).status).toBe(200);
  });

  it('refuses a port that is taken, and options that make no sense', async () => {
    await using app = shop(() => {});
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(serveHealth(app, { port, host: '127.0.0.1' })).rejects.toThrow(
      `The health endpoint was not started: 127.0.0.1:${port} is in use. Choose another port, or 0 for any free one.`,
    );
    other.close();
    await expect(serveHealth(app, { port: 70_000, stuckAfter: 1 } as never)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      problems: { length: 2 },
    });
  });
});
