import { ContainerModule } from 'inversify';
import { describe, expect, it } from 'vitest';
import {
  type AdminSession,
  type ConsumerRecord,
  type RecordContext,
  silentLogger,
  skip,
} from '../../../src/core/index.ts';
import {
  type AppContainer,
  appContainer,
  appFrom,
  consumerModule,
  memoryModule,
  perRecord,
  singleton,
  token,
  tokens,
} from '../../../src/di/index.ts';
import { testApp } from '../../../src/testing/index.ts';
import { until } from '../../support/until.ts';

interface Pool {
  readonly name: string;
}
const Pool = token<Pool>('pool');

class Uses {
  readonly pool: Pool;
  constructor(pool: Pool) {
    this.pool = pool;
  }
  handle(): void {
    seen.push(this.pool.name);
  }
}

let seen: string[] = [];
const usesPool = consumerModule('orders', {
  group: 'g',
  onError: skip(),
  handler: Uses,
  inject: [Pool],
});

async function quiet(...modules: ContainerModule[]): Promise<AppContainer> {
  seen = [];
  const container = await appContainer(memoryModule({ topics: { orders: 1 } }), ...modules);
  container.rebind(tokens.logger).toConstantValue(silentLogger);
  return container;
}

describe('a service that is made asynchronously', () => {
  it('is there for the first record', async () => {
    const container = await quiet(usesPool);
    container
      .bind(Pool)
      .toDynamicValue(async () => ({ name: 'made' }))
      .inSingletonScope();
    await using t = await testApp(await appFrom(container));
    await t.produce('orders', [{ value: 'a' }, { value: 'b' }]);
    await t.idle();
    expect(seen).toEqual(['made', 'made']);
  });

  it('stops the start when it cannot be made', async () => {
    const container = await quiet(usesPool);
    container
      .bind(Pool)
      .toDynamicValue(() => Promise.reject(new Error('no database')))
      .inSingletonScope();
    await expect(appFrom(container)).rejects.toThrow('no database');
  });

  it('fails records with one sentence when it is made for each of them', async () => {
    const container = await quiet(usesPool);
    container.bind(Pool).toDynamicValue(async () => ({ name: 'made' }));
    await using t = await testApp(await appFrom(container));
    const failures: unknown[] = [];
    t.app.on((event) => event.kind === 'recordFailed' && failures.push(event.error));
    await t.produce('orders', { value: 'a' });
    await t.idle();
    expect(String(failures[0])).toContain(
      'Uses, or what it needs, is made asynchronously for each record; bind that inSingletonScope()',
    );
  });
});

describe('what is made once', () => {
  class Tx {
    readonly context: RecordContext;
    constructor(context: RecordContext) {
      this.context = context;
    }
  }
  class Keeps {
    readonly kept: unknown;
    constructor(kept: Tx | ConsumerRecord) {
      this.kept = kept;
    }
  }
  class Handler {
    readonly keeps: Keeps;
    constructor(keeps: Keeps) {
      this.keeps = keeps;
    }
    handle(): void {}
  }
  const handler = consumerModule('orders', {
    group: 'g',
    onError: skip(),
    handler: Handler,
    inject: [Keeps],
  });

  it('cannot keep what belongs to a record: all later ones would get that of the first', async () => {
    const service = await quiet(handler, singleton(Keeps, [Tx]), perRecord(Tx, [tokens.context]));
    await expect(appFrom(service)).rejects.toThrow(
      'Keeps is made once, and needs Tx, which there is one of for each record; bind Keeps by perRecord()',
    );
    const record = await quiet(handler, singleton(Keeps, [tokens.record]));
    await expect(appFrom(record)).rejects.toThrow('Keeps is made once, and needs partita record');
  });

  it('is disposed of with the container, after the application and last made first, and only once', async () => {
    const lines: string[] = [];
    class Connection implements AsyncDisposable {
      async [Symbol.asyncDispose](): Promise<void> {
        lines.push('connection');
      }
    }
    class Cache implements Disposable {
      readonly connection: Connection;
      constructor(connection: Connection) {
        this.connection = connection;
      }
      [Symbol.dispose](): void {
        lines.push('cache');
      }
    }
    class Reads {
      readonly cache: Cache;
      constructor(cache: Cache) {
        this.cache = cache;
      }
      handle(): void {
        lines.push('handled');
      }
    }
    const container = await quiet(
      singleton(Connection, []),
      singleton(Cache, [Connection]),
      new ContainerModule(({ bind }) => {
        bind(Pool)
          .toDynamicValue(() => ({ name: 'own' }))
          .inSingletonScope()
          .onDeactivation(async () => void lines.push('own'));
      }),
      consumerModule('orders', { group: 'g', onError: skip(), handler: Reads, inject: [Cache] }),
    );
    container.get(Pool);
    const app = await appFrom(container);
    app.on((event) => event.kind === 'closed' && lines.push('partition'));
    await app.start();
    await app.producer().send('orders', { value: 'a' });
    await until('it is handled', () => lines.length > 0);
    await container[Symbol.asyncDispose]();
    await container[Symbol.asyncDispose]();
    expect(lines).toEqual(['handled', 'partition', 'cache', 'connection', 'own']);
  });

  it('may have the admin without connecting anything before the start', async () => {
    class Topics {
      readonly admin: AdminSession;
      constructor(admin: AdminSession) {
        this.admin = admin;
      }
    }
    class Counts {
      readonly topics: Topics;
      constructor(topics: Topics) {
        this.topics = topics;
      }
      async handle(): Promise<void> {
        seen.push(...(await this.topics.admin.topics(['orders'])).map(({ topic }) => topic));
      }
    }
    const container = await quiet(
      singleton(Topics, [tokens.admin]),
      consumerModule('orders', { group: 'g', onError: skip(), handler: Counts, inject: [Topics] }),
    );
    await using t = await testApp(await appFrom(container));
    await t.produce('orders', { value: 'a' });
    await t.idle();
    expect(seen).toEqual(['orders']);
  });
});

describe('a class and its list of services', () => {
  it('are refused when they do not fit', async () => {
    const options = { group: 'g', onError: skip(), handler: Uses } as const;
    const bad = (inject: unknown) => () => singleton(Uses, inject as [typeof Pool]);
    expect(bad(undefined)).toThrow('inject of Uses is undefined, expected a list');
    expect(bad([undefined])).toThrow('inject[0] of Uses is undefined: is it declared further down');
    expect(bad([])).toThrow('the constructor of Uses takes 1, and inject names 0');
    expect(() => perRecord({} as unknown as typeof Uses, [Pool])).toThrow('{} is no class');
    await expect(
      appContainer(consumerModule('orders', { ...options, inject: [] } as never)),
    ).rejects.toThrow('the constructor of Uses takes 1');
  });

  it('are the same for all consumers that share the class', async () => {
    const Other = token<Pool>('other pool');
    const again = (inject: readonly [typeof Pool]) =>
      consumerModule('orders', { group: 'h', onError: skip(), handler: Uses, inject });
    const same = await quiet(usesPool, again([Pool]));
    same.bind(Pool).toConstantValue({ name: 'a' });
    await appFrom(same);
    const another = await quiet(usesPool, again([Other]));
    another.bind(Pool).toConstantValue({ name: 'a' });
    another.bind(Other).toConstantValue({ name: 'b' });
    await expect(appFrom(another)).rejects.toThrow('Uses is bound more than once');
  });
});
