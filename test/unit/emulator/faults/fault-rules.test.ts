import { VirtualClock } from 'partita/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { FaultRules } from '../../../../src/emulator/faults/fault-rules.ts';

let clock: VirtualClock;
let rules: FaultRules;
beforeEach(() => {
  clock = new VirtualClock();
  rules = new FaultRules(clock);
});
const orders = { hub: 'orders', partition: '0', group: 'billing' };

describe('a fault', () => {
  it('is for what it names, and for everything when it names nothing', () => {
    rules.addDelay({ hub: 'ORDERS', partition: '0' }, { delayMs: 5, on: 'send' }, {});
    const delays = [
      rules.delayMs(orders, 'send'),
      rules.delayMs(orders, 'receive'),
      rules.delayMs({ ...orders, partition: '1' }, 'send'),
      rules.delayMs({ hub: 'orders' }, 'send'),
    ];
    expect(delays).toEqual([5, 0, 0, 0]);
    rules.addThrottle({}, {});
    expect(rules.throttles({ hub: 'bills' })).toBe(true);
  });

  it('ends after its uses', () => {
    rules.addThrottle({}, { times: 2 });
    expect([1, 2, 3].map(() => rules.throttles(orders))).toEqual([true, true, false]);
  });

  it('ends after its time', async () => {
    rules.addThrottle({}, { forMs: 100 });
    await clock.advance(99);
    expect(rules.throttles(orders)).toBe(true);
    await clock.advance(1);
    expect(rules.throttles(orders)).toBe(false);
  });

  it('ends when all are cleared', () => {
    rules.addThrottle({}, {});
    rules.addDelay({}, { delayMs: 5, on: undefined }, {});
    rules.refuseHub('Orders');
    expect(rules.isRefused('orders')).toBe(true);
    rules.clear();
    expect(rules.throttles(orders)).toBe(false);
    expect(rules.delayMs(orders, 'receive')).toBe(0);
    expect(rules.isRefused('orders')).toBe(false);
  });
});
