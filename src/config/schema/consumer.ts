import { z } from 'zod';
import type { ConsumerConfig, StartConfig, TopicsConfig, ValueConfig } from '../app-config.ts';
import { errorPolicy } from './error-policy.ts';
import { count, duration, optional, reference, size, text } from './values.ts';

const assignorName = z.enum(['range', 'roundrobin', 'sticky', 'cooperative-sticky']);
const assignor = z.union([assignorName, reference], {
  error: 'range, roundrobin, sticky, cooperative-sticky or a module that exports an assignor',
});

const topicError = 'the name of a topic; several are a list';
const topic = z
  .string({ error: topicError })
  .regex(/^[^\s,;]+$/, { error: topicError, abort: true });
const topics: z.ZodType<TopicsConfig> = z
  .union(
    [
      topic,
      z.array(topic).min(1, { error: 'at least one topic' }),
      z.strictObject({
        pattern: text
          .meta({ description: 'A regular expression that the whole name must match.' })
          .refine(isPattern, { error: 'a regular expression' }),
      }),
    ],
    { error: 'a topic, a list of topics or { pattern }' },
  )
  .meta({ id: 'TopicsConfig', description: 'Topics (event hubs) to read.' });

const start: z.ZodType<StartConfig> = z
  .union(
    [
      z.enum(['earliest', 'latest']),
      z.strictObject({ offset: count(0).meta({ description: 'In each partition.' }) }),
      z.strictObject({
        time: z.iso
          .datetime({ offset: true, error: 'a time such as 2026-05-01T00:00:00Z' })
          .meta({ description: 'The first record whose broker time is at or after it.' }),
      }),
    ],
    { error: "'earliest', 'latest', { offset } or { time }" },
  )
  .meta({ id: 'StartConfig', description: 'Where to begin without a committed position.' });

const value: z.ZodType<ValueConfig> = z
  .union(
    [
      z.enum(['record', 'bytes', 'text', 'json']),
      z.strictObject({
        schema: reference.meta({
          description:
            'JSON, checked by a Standard Schema (zod, valibot, …) that a module exports.',
        }),
      }),
      z.strictObject({
        decoder: reference.meta({
          description:
            'A decoder that a module exports: a function of the value, or an object with `decode`.',
        }),
      }),
    ],
    { error: "'record', 'bytes', 'text', 'json', { schema } or { decoder }" },
  )
  .meta({ id: 'ValueConfig', description: 'What the handler gets.' });

const pace = {
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
      maxWait: optional(duration, 'How long the first record waits for more.', '0ms'),
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
      lowBytes: optional(size, '… and goes on at this many.', 'half of highBytes'),
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

const membership = {
  group: optional(text, 'Consumer group. Required unless `partitions` are chosen.'),
  partitions: optional(
    z.array(count(0)).min(1, { error: 'at least one partition' }),
    'Fixed partitions of the (single) topic instead of a share: no membership, no rebalance.',
  ),
  assignor: optional(
    z.union([assignor, z.array(assignor).min(1, { error: 'at least one assignor' })], {
      error: 'an assignor or a list of assignors, in order of preference',
    }),
    'How the group shares partitions out; several, in order of preference, for a rolling change.',
    'cooperative-sticky',
  ),
  start: optional(start, 'Where to begin without a committed position.', 'earliest'),
  outOfRange: optional(
    z.enum(['earliest', 'latest', 'fail']),
    'What happens when a position is no longer in the log.',
    'fail',
  ),
  instanceId: optional(
    text,
    "Static membership: this process's lasting name in the group, such as the name of its pod.",
  ),
  rack: optional(text, 'Rack or zone of this process.'),
  sessionTimeout: optional(
    duration,
    'Without a heartbeat for this long the group takes the member for dead.',
    '45s',
  ),
  heartbeatInterval: optional(duration, 'Between two signs of life.', '3s'),
  rebalanceTimeout: optional(
    duration,
    'How long members get to hand over their partitions in a rebalance.',
    '60s',
  ),
  isolation: optional(
    z.enum(['committed', 'uncommitted']),
    'Hand out records of open or aborted transactions too?',
    'committed',
  ),
  fetch: optional(
    z.strictObject({
      maxWait: optional(duration, 'How long the broker may wait for new records.', '500ms'),
      minBytes: optional(size, 'The broker answers once it has this many bytes.', '1B'),
      maxBytesPerPartition: optional(size, 'Most bytes of one partition in an answer.', '1MiB'),
    }),
    'How records are fetched.',
  ),
};

/** One entry of `consumers`: options of `app.consume(…)`. */
export const consumer: z.ZodType<ConsumerConfig> = z
  .strictObject({
    name: optional(
      text,
      'Names the consumer in logs, health and views.',
      'the group, or the topics',
    ),
    topics,
    ...membership,
    ...pace,
    value: optional(value, 'What the handler gets.', 'record'),
    handler: optional(
      reference,
      'A function `(value, context)`, or an object with `handle` or `handleBatch`, and `open` and `close` if it likes. May be left out when the program gives it.',
    ),
    middleware: optional(
      z.array(reference),
      'Around this handler, inside of what the application has: modules that export a middleware.',
      [],
    ),
    onError: errorPolicy,
  })
  .meta({ id: 'ConsumerConfig', description: 'One consumer.' });

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
