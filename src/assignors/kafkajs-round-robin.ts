import type { Assignor } from '../core/index.ts';
import { defineAssignor } from './define-assignor.ts';
import { dealAll } from './round-robin.ts';

/**
 * `roundrobin` under the name that KafkaJS gives its only assignor, `RoundRobinAssigner`. With it in the list a consumer can
 * join a group of KafkaJS members and replace them one by one; offer the wanted one before it, and drop it when the last of
 * them is gone: `assignor: ['cooperative-sticky', kafkaJsRoundRobin]`.
 *
 * All members must subscribe to the same topics meanwhile: as leader KafkaJS hands out those of its own subscription to
 * everybody (KafkaJS 2.2, `roundRobinAssigner/index.js`).
 */
export const kafkaJsRoundRobin: Assignor = defineAssignor({
  name: 'RoundRobinAssigner',
  rebalance: 'eager',
  solve: dealAll,
});
