import { setTimeout as wait } from 'node:timers/promises';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import type { App, BackendDefinition } from 'partita';
import { json, partita, silentLogger, stopPartition } from 'partita';
import { z } from 'zod';

const Order = z.object({ id: z.string(), total: z.number() });

/** What charges an order: any provider of the application, with something to close in the end. */
export class Charges implements OnModuleDestroy {
  readonly #begun = Promise.withResolvers<void>();
  readonly begun: Promise<void> = this.#begun.promise;

  async charge({ id, total }: z.infer<typeof Order>): Promise<void> {
    this.#begun.resolve();
    await wait(200); // a call to somewhere
    console.log(`charged ${id}: ${total}`);
  }

  onModuleDestroy(): void {
    console.log('till closed');
  }
}

const backendToken = Symbol('backend');

/** The consumer starts when all providers are there, and stops before any that its handler needs is destroyed. */
export class Orders implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #app: App;

  constructor(backend: BackendDefinition, charges: Charges) {
    this.#app = partita({ backend, logger: silentLogger }).consume('purchases', {
      group: 'purchasing',
      value: json(Order),
      onError: stopPartition(),
      handle: (order) => charges.charge(order),
    });
  }

  async place(id: string, total: number): Promise<void> {
    await this.#app.producer().send('purchases', { key: id, value: JSON.stringify({ id, total }) });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#app.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#app.stop();
    console.log('consumer stopped');
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
