import { expectTypeOf } from 'vitest';
import type { TopicPartition } from '../../src/core/index.ts';

expectTypeOf<TopicPartition>().toExtend<{ readonly topic: string; readonly partition: number }>();

const first: TopicPartition = { topic: 'orders', partition: 0 };
// @ts-expect-error what the core hands out is read-only
first.partition = 1;
