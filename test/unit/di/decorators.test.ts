import { ContainerModule, decorate, inject, injectable } from 'inversify';
import { expect, it } from 'vitest';
import { type RecordContext, silentLogger, stopPartition } from '../../../src/core/index.ts';
import {
  appContainer,
  appFrom,
  consumerModule,
  memoryModule,
  tokens,
} from '../../../src/di/index.ts';
import { text } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

class Prices {
  readonly seen: string[] = [];
}

class Audit {
  readonly #prices: Prices;
  readonly #context: RecordContext;

  constructor(prices: Prices, context: RecordContext) {
    this.#prices = prices;
    this.#context = context;
  }

  note(what: string): void {
    this.#prices.seen.push(`${what} at ${this.#context.record.offset}`);
  }
}

class PriceOrder {
  readonly #audit: Audit;

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  handle(order: string | null): void {
    this.#audit.note(`priced ${order}`);
  }
}

// What `@injectable()` and `@inject(…)` do in a project that compiles decorators.
decorate(injectable(), Prices);
decorate(injectable(), Audit);
decorate(inject(Prices), Audit, 0);
decorate(inject(tokens.context), Audit, 1);

it('makes decorated classes, bound with inversify alone, beside those whose services are listed', async () => {
  const decorated = new ContainerModule(({ bind }) => {
    bind(Prices).toSelf().inSingletonScope();
    bind(Audit).toSelf().inRequestScope();
  });
  const container = await appContainer(
    memoryModule({ topics: { orders: 1 } }),
    decorated,
    consumerModule('orders', {
      group: 'prices',
      onError: stopPartition(),
      value: text(),
      handler: PriceOrder,
      inject: [Audit],
    }),
  );
  container.rebind(tokens.logger).toConstantValue(silentLogger);
  await using app = await appFrom(container);
  await app.start();
  await app.producer().send('orders', [{ value: 'a' }, { value: 'b' }]);
  const { seen } = container.get(Prices);
  await until('both are handled', () => seen.length === 2);
  expect(seen).toEqual(['priced a at 0', 'priced b at 1']);
});
