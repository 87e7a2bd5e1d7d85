import { Container, ContainerModule } from 'inversify';
import { describe, expect, it } from 'vitest';
import {
  type BatchContext,
  type Clock,
  type ConsumerRecord,
  type Logger,
  type RecordContext,
  silentLogger,
  stopPartition,
} from '../../../src/core/index.ts';
import {
  appContainer,
  appFrom,
  consumerModule,
  memoryModule,
  perRecord,
  singleton,
  token,
  tokens,
} from '../../../src/di/index.ts';
import { text } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

class Journal {
  readonly lines: string[] = [];
}

/** Of one record: what the handler and its helper share. */
class UnitOfWork {
  static made = 0;
  readonly number: number;
  readonly #journal: Journal;
  readonly #context: RecordContext;

  constructor(journal: Journal, context: RecordContext) {
    this.number = ++UnitOfWork.made;
    this.#journal = journal;
    this.#context = context;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#journal.lines.push(`closed for offset ${this.#context.record.offset}`);
    return Promise.resolve();
  }
}

class Accounts {
  readonly work: UnitOfWork;

  constructor(work: UnitOfWork) {
    this.work = work;
  }
}

class ChargeOrder {
  readonly #journal: Journal;
  readonly #work: UnitOfWork;
  readonly #accounts: Accounts;

  constructor(journal: Journal, work: UnitOfWork, accounts: Accounts) {
    this.#journal = journal;
    this.#work = work;
    this.#accounts = accounts;
  }

  async handle(order: string | null, { record }: RecordContext): Promise<void> {
    await Promise.resolve();
    const shared = this.#accounts.work === this.#work;
    this.#journal.lines.push(`${order} at ${record.offset}${shared ? '' : ' with another unit'}`);
    if (order === 'bad') throw new Error('no money');
  }
}

const parts = [
  memoryModule({ topics: { orders: 1 } }),
  singleton(Journal, []),
  perRecord(UnitOfWork, [Journal, tokens.context]),
  perRecord(Accounts, [UnitOfWork]),
];
const charging = consumerModule('orders', {
  group: 'billing',
  onError: stopPartition(),
  value: text(),
  handler: ChargeOrder,
  inject: [Journal, UnitOfWork, Accounts],
});

async function quiet(...modules: ContainerModule[]): Promise<Container> {
  const container = await appContainer(...modules);
  container.rebind(tokens.logger).toConstantValue(silentLogger);
  return container;
}

describe('an application from a container', () => {
  it('makes the handler for each record, together with what belongs to the record, and disposes of it', async () => {
    const container = await quiet(...parts, charging);
    await using app = await appFrom(container);
    await app.start();
    const producer = container.get(tokens.producer);
    await producer.send('orders', [{ value: 'a' }, { value: 'b' }]);
    const { lines } = container.get(Journal);
    await until('both are handled', () => lines.length === 4);
    expect(lines).toEqual(['a at 0', 'closed for offset 0', 'b at 1', 'closed for offset 1']);
  });

  it('disposes of what a failing handler used, and hands its failure to the error policy', async () => {
    const container = await quiet(...parts, charging);
    await using app = await appFrom(container);
    await app.start();
    await container.get(tokens.producer).send('orders', { value: 'bad' });
    await until('the partition stands', () => !app.health().ok);
    expect(container.get(Journal).lines).toEqual(['bad at 0', 'closed for offset 0']);
    expect(app.health().problems.join()).toContain('no money');
  });

  it('makes handlers of batches for each batch', async () => {
    class Sums {
      readonly #context: BatchContext;
      readonly #journal: Journal;
      constructor(context: BatchContext, journal: Journal) {
        this.#context = context;
        this.#journal = journal;
      }
      handleBatch(values: readonly ConsumerRecord[]): void {
        this.#journal.lines.push(`${values.length} of ${this.#context.topic}`);
      }
    }
    const container = await quiet(
      memoryModule({ topics: { orders: 1 } }),
      singleton(Journal, []),
      consumerModule('orders', {
        group: 'sums',
        onError: stopPartition(),
        handler: Sums,
        inject: [tokens.batchContext, Journal],
      }),
    );
    await using app = await appFrom(container);
    await container.get(tokens.producer).send('orders', [{ value: '1' }, { value: '2' }]);
    await app.start();
    const { lines } = container.get(Journal);
    await until('they are handled', () => lines.length > 0);
    expect(lines).toEqual(['2 of orders']);
  });

  it('takes any part by one rebind', async () => {
    const lines: string[] = [];
    const note = (message: string): void => void lines.push(message);
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    const container = await appContainer(...parts, charging);
    container.rebind(tokens.logger).toConstantValue(logger);
    container.rebind(ChargeOrder).toConstantValue({ handle: note } as unknown as ChargeOrder);
    await using app = await appFrom(container);
    await app.start();
    await container.get(tokens.producer).send('orders', { value: 'a' });
    await until('the other handler ran', () => lines.includes('a'));
  });

  it('makes services bound with inversify itself, decorated or not', async () => {
    const Rate = token<{ readonly percent: number }>('rate');
    const seen: number[] = [];
    class Taxed {
      readonly #rate: { readonly percent: number };
      constructor(rate: { readonly percent: number }) {
        this.#rate = rate;
      }
      handle(): void {
        seen.push(this.#rate.percent);
      }
    }
    const container = await quiet(
      memoryModule({ topics: { orders: 1 } }),
      new ContainerModule(({ bind }) => {
        bind(Rate).toDynamicValue(() => ({ percent: 19 }));
      }),
      consumerModule('orders', {
        group: 'tax',
        onError: stopPartition(),
        handler: Taxed,
        inject: [Rate],
      }),
    );
    await using app = await appFrom(container);
    await app.start();
    await container.get(tokens.producer).send('orders', { value: 'a' });
    await until('it is handled', () => seen.length === 1);
    expect(seen).toEqual([19]);
  });

  it('injects what another container has, which stays its own', async () => {
    const own = new Container();
    own.bind(Journal).toSelf().inSingletonScope();
    const container = await appContainer(
      own,
      memoryModule({ topics: { orders: 1 } }),
      perRecord(UnitOfWork, [Journal, tokens.context]),
      perRecord(Accounts, [UnitOfWork]),
      charging,
    );
    container.rebind(tokens.logger).toConstantValue(silentLogger);
    const app = await appFrom(container);
    await app.start();
    await container.get(tokens.producer).send('orders', { value: 'a' });
    const { lines } = own.get(Journal);
    await until('it is handled', () => lines.length === 2);
    await container[Symbol.asyncDispose]();
    expect(own.get(Journal).lines).toEqual(['a at 0', 'closed for offset 0']);
    await expect(appFrom(own)).rejects.toThrow('it was not made by appContainer()');
  });

  it('gives the same application each time', async () => {
    const container = await quiet(...parts);
    expect(await appFrom(container)).toBe(await appFrom(container));
    expect(container.get(tokens.app)).toBe(await appFrom(container));
  });
});

describe('a container that lacks something', () => {
  it('says all of it at once, before anything is made', async () => {
    class Left {
      readonly right: unknown;
      constructor(right: unknown) {
        this.right = right;
      }
    }
    class Right {
      readonly left: unknown;
      constructor(left: unknown) {
        this.left = left;
      }
    }
    class Loop {
      readonly left: Left;
      constructor(left: Left) {
        this.left = left;
      }
      handle(): void {}
    }
    const container = await appContainer(
      singleton(Journal, []),
      singleton(Journal, []),
      singleton(Left, [Right]),
      singleton(Right, [Left]),
      charging,
      consumerModule('loops', {
        group: 'l',
        onError: stopPartition(),
        handler: Loop,
        inject: [Left],
      }),
    );
    await expect(appFrom(container)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      problems: [
        'partita backend is not bound, and partita app needs it; bind it, or load the module that does',
        'Journal is bound more than once; bind it once, and replace it with container.rebind()',
        'UnitOfWork is not bound, and ChargeOrder needs it; bind it, or load the module that does',
        'Accounts is not bound, and ChargeOrder needs it; bind it, or load the module that does',
        'Left needs Right needs Left: nothing can be made first; let one of them get what it needs when it is called',
      ],
    });
  });

  it('does not ask what a replaced binding needed', async () => {
    class Payments {
      readonly clock: Clock;
      constructor(clock: Clock) {
        this.clock = clock;
      }
    }
    const Missing = token<Clock>('missing');
    class Pay {
      readonly payments: Payments;
      constructor(payments: Payments) {
        this.payments = payments;
      }
      handle(): void {}
    }
    const container = await appContainer(
      memoryModule(),
      singleton(Payments, [Missing]),
      consumerModule('orders', {
        group: 'g',
        onError: stopPartition(),
        handler: Pay,
        inject: [Payments],
      }),
    );
    await expect(appFrom(container)).rejects.toThrow('missing is not bound, and Payments needs it');
    container.rebind(Payments).toConstantValue({} as Payments);
    expect((await appFrom(container)).health().consumers).toEqual([]);
  });

  it('puts what inversify finds into one sentence', async () => {
    const container = await appContainer(memoryModule());
    container.bind(tokens.backend).toConstantValue(container.get(tokens.backend));
    await expect(appFrom(container)).rejects.toThrow(
      'Invalid container: partita backend is bound more than once; bind it once, and replace it with container.rebind().',
    );
  });

  it('refuses a handler class with neither method, or both', () => {
    class Nothing {}
    const options = { group: 'g', onError: stopPartition(), inject: [] } as const;
    expect(() => consumerModule('orders', { ...options, handler: Nothing })).toThrow(
      'the class Nothing has neither handle nor handleBatch',
    );
  });

  it('says when the context of a call is asked for outside of one', async () => {
    const container = await appContainer(...parts, charging);
    expect(() => container.get(UnitOfWork)).toThrow('nothing is handled at the moment');
  });
});
