import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { openBackend } from '../support/open-backend.ts';
import { Charges, Orders, ordersOn } from './orders.module.ts';

await using place = await openBackend({ purchases: 2 });
const nest = await NestFactory.createApplicationContext(ordersOn(place.backend), {
  logger: false,
});
await nest.get(Orders).place('order-1', 42);
await nest.get(Charges).begun;
await nest.close(); // while the handler runs
