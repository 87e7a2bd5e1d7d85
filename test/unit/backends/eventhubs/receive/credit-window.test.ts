import { expect, it } from 'vitest';
import { CreditWindow } from '../../../../../src/backends/eventhubs/receive/credit-window.ts';

/** A client's connection with one receiver on partition 0; `given` is the credit that the service was sent. */
async function receiver(windowOf: () => number | undefined) {
  const given: number[] = [];
  const link = { credit: 0, addCredit: (credit: number) => void given.push(credit) };
  const connection = { createReceiver: async () => link };
  const window = new CreditWindow(windowOf);
  window.hold(connection);
  const create: (options: object) => Promise<typeof link> = connection.createReceiver;
  await create({ source: { address: 'hub/ConsumerGroups/g/Partitions/0' } });
  return { asks: (credit: number) => link.addCredit(credit), window, given };
}

it('opens no more than the window, however often the client library asks', async () => {
  const { asks, given } = await receiver(() => 100);
  for (let i = 0; i < 5; i++) asks(300);
  expect(given).toEqual([100]);
});

it('opens as much as was handed on, without being asked', async () => {
  const { asks, window, given } = await receiver(() => 100);
  asks(300);
  window.handedOn('0', 60);
  expect(given).toEqual([100, 60]);
});

it('sends no credit for each event that comes alone, until there is a quarter of the window', async () => {
  const { asks, window, given } = await receiver(() => 100);
  asks(300);
  for (let i = 0; i < 50; i++) window.handedOn('0', 1);
  expect(given).toEqual([100, 25, 25]);
});

it('lets the rest run out when the window has become smaller', async () => {
  let most = 100;
  const { asks, window, given } = await receiver(() => most);
  asks(300);
  most = 40;
  window.handedOn('0', 50);
  expect(given).toEqual([100]);
  window.handedOn('0', 40);
  expect(given).toEqual([100, 30]);
});

it('keeps out of receivers that are not ours', async () => {
  const { asks, given } = await receiver(() => undefined);
  asks(1);
  asks(1);
  expect(given).toEqual([1, 1]);
});
