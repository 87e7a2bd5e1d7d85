import { ContainerModule } from 'inversify';
import { describe, expect, it } from 'vitest';
import { range } from '../../../src/assignors/index.ts';
import { memory } from '../../../src/backends/memory/index.ts';
import { type AppConfig, checkConfig } from '../../../src/config/index.ts';
import { type Assignor, type RecordContext, silentLogger } from '../../../src/core/index.ts';
import {
  appContainer,
  appFrom,
  configModule,
  handlerModule,
  memoryModule,
  perRecord,
  singleton,
  tokens,
} from '../../../src/di/index.ts';
import { defineMiddleware } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

class Ledger {
  readonly lines: string[] = [];
}

class Entry implements Disposable {
  readonly #ledger: Ledger;
  readonly #context: RecordContext;

  constructor(ledger: Ledger, context: RecordContext) {
    this.#ledger = ledger;
    this.#context = context;
  }

  [Symbol.dispose](): void {
    this.#ledger.lines.push(`closed ${this.#context.record.offset}`);
  }
}

class ChargeOrder {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger, _entry: Entry) {
    this.#ledger = ledger;
  }

  handle(value: string | null): void {
    this.#ledger.lines.push(`charged ${value}`);
  }
}

const config: AppConfig = checkConfig({
  backend: 'memory',
  logger: { kind: 'silent' },
  memory: { topics: { orders: 1 } },
  consumers: [
    { topics: 'orders', group: 'billing', value: 'text', onError: 'stop', handler: './none.ts' },
  ],
});

const parts = [
  configModule(config),
  singleton(Ledger, []),
  perRecord(Entry, [Ledger, tokens.context]),
  handlerModule('billing', ChargeOrder, [Ledger, Entry]),
];

describe('an application from a configuration and a container', () => {
  it('has classes of the container for handlers, and disposes of what belongs to a record', async () => {
    const container = await appContainer(...parts);
    await using app = await appFrom(container);
    await app.start();
    await container
      .getAsync(tokens.producer)
      .then((producer) => producer.send('orders', { value: 'a' }));
    const { lines } = container.get(Ledger);
    await until('it is handled', () => lines.length === 2);
    expect(lines).toEqual(['charged a', 'closed 0']);
    expect(container.get(tokens.config)).toBe(config);
  });

  it('takes backend and middleware of the container in the place of those of the file, and around them', async () => {
    const around: string[] = [];
    const container = await appContainer(...parts, memoryModule({ topics: { orders: 2 } }));
    container.bind(tokens.middleware).toConstantValue(
      defineMiddleware({
        name: 'around',
        async handle(call, next) {
          around.push(`${call.topic}-${call.partition}`);
          await next();
        },
      }),
    );
    await using app = await appFrom(container);
    await app.start();
    await app.producer().send('orders', { value: 'a', partition: 1 });
    await until('it is handled', () => container.get(Ledger).lines.length === 2);
    expect(around).toEqual(['orders-1']);
  });

  it('takes its logger from a rebind, and says what is bound twice', async () => {
    const container = await appContainer(...parts);
    container.rebind(tokens.logger).toConstantValue(silentLogger);
    await using app = await appFrom(container);
    expect(app.health().ok).toBe(false);

    const twice = await appContainer(...parts, memoryModule());
    twice.bind(tokens.backend).toConstantValue(memory());
    await expect(appFrom(twice)).rejects.toThrow('partita backend is bound more than once');
  });

  it('names a handler for a consumer that the file does not have', async () => {
    const container = await appContainer(
      ...parts,
      handlerModule('biling', ChargeOrder, [Ledger, Entry]),
    );
    await expect(appFrom(container)).rejects.toThrow(/biling/);
  });

  it('takes settings and, for consumers that name none, the assignor of the container', async () => {
    const container = await appContainer(...parts);
    const mine: Assignor = { ...range, name: 'mine' };
    container.bind(tokens.assignor).toConstantValue(mine);
    container.rebind(tokens.settings).toConstantValue({ clientId: 'shop' });
    await using app = await appFrom(container);
    await app.start();
    const [consumer] = app.health().consumers;
    expect(consumer?.membership).toMatchObject({ assignor: 'mine' });
    expect(consumer?.membership?.memberId).toContain('shop');
  });

  it('says which consumer has two handlers', async () => {
    const container = await appContainer(
      ...parts,
      handlerModule('billing', ChargeOrder, [Ledger, Entry]),
    );
    await expect(appFrom(container)).rejects.toThrow(
      'the consumer billing has more than one handlerModule',
    );
  });
});

it('lets a module replace the logger of the configuration, and notices two', async () => {
  const own = { ...silentLogger };
  const config = checkConfig({ backend: 'memory' });
  const replaced = await appContainer(
    configModule(config),
    new ContainerModule(({ rebind }) => {
      rebind(tokens.logger).toConstantValue(own);
    }),
  );
  expect(replaced.get(tokens.logger)).toBe(own);
  const twice = await appContainer(
    configModule(config),
    new ContainerModule(({ bind }) => {
      bind(tokens.logger).toConstantValue(own);
    }),
  );
  await expect(appFrom(twice)).rejects.toThrow('partita logger is bound more than once');
});
