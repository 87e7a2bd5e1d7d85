import type { ConformanceCase } from './case.ts';
import { commits } from './commits.ts';
import { failures } from './failures.ts';
import { flow } from './flow.ts';
import { order } from './order.ts';
import { positions } from './positions.ts';
import { produceAndConsume } from './produce-and-consume.ts';
import { rebalance } from './rebalance.ts';
import { subscriptions } from './subscriptions.ts';

/**
 * What every backend must do, as data: run each under the test runner of your choice.
 *
 * ```ts
 * for (const each of conformanceCases)
 *   test(`${each.group}: ${each.name}`, { skip: skipReason(each, target) }, () => each.run(target));
 * ```
 */
export const conformanceCases: readonly ConformanceCase[] = [
  ...produceAndConsume,
  ...order,
  ...positions,
  ...commits,
  ...rebalance,
  ...failures,
  ...flow,
  ...subscriptions,
];

export type { ConformanceCase } from './case.ts';
export { skipReason } from './case.ts';
export type { ConformanceTarget, Need } from './target.ts';
