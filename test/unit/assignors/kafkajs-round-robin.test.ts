import { expect, it } from 'vitest';
import { kafkaJsRoundRobin, roundRobin } from '../../../src/assignors/index.ts';

const member = (id: string) => ({ id, topics: ['a', 'b'], owned: [], generation: -1 });

it('deals as roundrobin does, eagerly, under the name that KafkaJS members offer', () => {
  const group = {
    members: [member('m2'), member('m1')],
    partitionCounts: new Map([
      ['a', 3],
      ['b', 2],
    ]),
  };
  expect(kafkaJsRoundRobin.name).toBe('RoundRobinAssigner');
  expect(kafkaJsRoundRobin.rebalance).toBe('eager');
  expect(kafkaJsRoundRobin.assign(group)).toEqual(roundRobin.assign(group));
});
