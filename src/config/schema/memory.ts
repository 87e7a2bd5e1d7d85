import { z } from 'zod';
import type { MemoryConfig } from '../app-config.ts';
import { count, optional, size, sizeOrNone, topicName } from './values.ts';

/** Section `memory`: options of `memory(…)`. */
export const memory: z.ZodType<MemoryConfig> = z
  .strictObject({
    topics: optional(
      z.record(topicName, count(1)),
      'Topics that exist from the start, with their partition counts.',
      {},
    ),
    autoCreate: optional(
      z.strictObject({
        partitions: count(1).meta({ description: 'Partitions of a topic made this way.' }),
      }),
      'Lets unknown topics come into being when they are written to or subscribed to.',
      'they are an error',
    ),
    maxRecordBytes: optional(size, 'Largest record.', '1048588B'),
    commitMetadataBytes: optional(sizeOrNone, 'Text that may be stored beside a position.', '4KiB'),
  })
  .meta({ id: 'MemoryConfig', description: 'A broker in this process.' });
