import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  type App,
  type BackendDefinition,
  json,
  partita,
  silentLogger,
  stopPartition,
} from 'partita';
import { z } from 'zod';

const Order = z.object({ id: z.string(), total: z.number() });

/** What charges an order: any provider of the application. */
export class Charges {
  readonly #first = Promise.withResolvers<void>();
  readonly first: Promise<void> = this.#first.promise;

  charge({ id, total }: z.infer<typeof Order>): void {
    console.log(`charged ${id}: ${total}`);
    this.#first.resolve();
  }
}

const backendToken = Symbol('backend');

/** The consumer lives as long as the application: it starts when all modules are there, and stops before they go. */
export class Orders implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #app: App;

  constructor(backend: BackendDefinition, charges: Charges) {
    this.#app = partita({ backend, logger: silentLogger }).consume('orders', {
      group: 'billing',
      value: json(Order),
      onError: stopPartition(),
      handle: (order) => charges.charge(order),
    });
  }

  async place(id: string, total: number): Promise<void> {
    await this.#app.producer().send('orders', { key: id, value: JSON.stringify({ id, total }) });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#app.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#app.stop();
    console.log('stopped');
  }
}

// Node runs TypeScript without decorators: what @Injectable() and @Inject() do is called by hand.
Injectable()(Charges);
Injectable()(Orders);
Inject(backendToken)(Orders, undefined, 0);
Inject(Charges)(Orders, undefined, 1);

class OrdersModule {}
Module({})(OrdersModule);

/** The module, on a broker. */
export function ordersOn(backend: BackendDefinition): DynamicModule {
  const providers = [Charges, Orders, { provide: backendToken, useValue: backend }];
  return { module: OrdersModule, providers };
}
