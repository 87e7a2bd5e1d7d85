import { z } from 'zod';
import type { ConsumerConfig } from '../app-config.ts';
import { count, delay, duration, type OptionalKeys, optional, size, sizeOrNone } from './values.ts';

type Keys = 'concurrency' | 'batch' | 'commit' | 'buffer' | 'handlerTimeout' | 'drainTimeout';

/** How many records are handled at once, for how long, and what is stored when. */
export const pace: OptionalKeys<ConsumerConfig, Keys> = {
  concurrency: optional(
    z.strictObject({
      order: optional(
        z.enum(['partition', 'key', 'none']),
        'What is handled in log order, one at a time: records of a partition, of a key, or nothing.',
        'partition',
      ),
      limit: optional(
        count(1),
        'Most handlers running at once in this consumer.',
        '100; one per partition with order `partition`',
      ),
    }),
    'How many records are handled at once, and in which order.',
  ),
  batch: optional(
    z.strictObject({
      maxRecords: optional(count(1), 'Most records in one.', 500),
      maxBytes: optional(size, 'Most bytes in one.', '1MiB'),
      maxWait: optional(delay, 'How long the first record waits for more.', '0ms'),
    }),
    'The handler gets batches of records of one partition; one is handed over when the first limit is reached.',
  ),
  commit: optional(
    z.union(
      [
        z.enum(['manual', 'perBatch']),
        z.strictObject({
          everyRecords: optional(count(1), 'After so many records.'),
          every: optional(duration, 'After so long.'),
        }),
      ],
      { error: "'manual', 'perBatch' or { everyRecords, every }" },
    ),
    'When positions are stored. They are also stored before a partition is handed over and on stop.',
    { every: '1s' },
  ),
  buffer: optional(
    z.strictObject({
      highRecords: optional(
        count(1),
        'Fetching of a partition stops at this many records.',
        10_000,
      ),
      lowRecords: optional(count(0), '… and goes on at this many.', 'half of highRecords'),
      highBytes: optional(size, 'Fetching of a partition stops at this many bytes.', '8MiB'),
      lowBytes: optional(sizeOrNone, '… and goes on at this many.', 'half of highBytes'),
    }),
    'Watermarks of what is fetched and not yet finished, per partition.',
  ),
  handlerTimeout: optional(
    duration,
    'A handler that takes longer fails with `HANDLER_TIMEOUT`.',
    'unlimited',
  ),
  drainTimeout: optional(
    duration,
    'How long running handlers may take to finish before a partition is handed over.',
    '30s',
  ),
};
