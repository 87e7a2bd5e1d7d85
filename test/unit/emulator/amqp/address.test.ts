import { expect, it } from 'vitest';
import { parseAddress } from '../../../../src/emulator/amqp/address.ts';

it.for([
  ['$cbs', { kind: 'cbs' }],
  ['$management', { kind: 'management' }],
  ['orders/$management', { kind: 'management' }],
  ['orders', { kind: 'hub', hub: 'orders', partition: undefined }],
  ['/orders/Partitions/3', { kind: 'hub', hub: 'orders', partition: '3' }],
  [
    'amqps://localhost:5671/orders/ConsumerGroups/$Default/Partitions/0',
    { kind: 'consumer', hub: 'orders', group: '$Default', partition: '0' },
  ],
  [
    'a/b/consumergroups/g/partitions/1',
    { kind: 'consumer', hub: 'a/b', group: 'g', partition: '1' },
  ],
] as const)('%s names what it names', ([address, expected]) => {
  expect(parseAddress(address)).toEqual(expected);
});
