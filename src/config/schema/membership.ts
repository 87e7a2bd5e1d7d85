import { z } from 'zod';
import type { ConsumerConfig, StartConfig } from '../app-config.ts';
import { count, duration, type OptionalKeys, optional, reference, size, text } from './values.ts';

const assignorName = z.enum(['range', 'roundrobin', 'sticky', 'cooperative-sticky']);
const assignorError =
  'range, roundrobin, sticky, cooperative-sticky or a module that exports an assignor';
const assignor = z.union([assignorName, reference], { error: assignorError });

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

type Keys =
  | 'group'
  | 'partitions'
  | 'assignor'
  | 'start'
  | 'outOfRange'
  | 'instanceId'
  | 'rack'
  | 'sessionTimeout'
  | 'heartbeatInterval'
  | 'rebalanceTimeout'
  | 'isolation'
  | 'fetch';

/** Which records a consumer gets, as a member of which group. */
export const membership: OptionalKeys<ConsumerConfig, Keys> = {
  group: optional(text, 'Consumer group. Required unless `partitions` are chosen.'),
  partitions: optional(
    z.array(count(0)).min(1, { error: 'at least one partition' }),
    'Fixed partitions of the (single) topic instead of a share: no membership, no rebalance.',
  ),
  assignor: optional(
    z.union([assignor, z.array(assignor).min(1, { error: 'at least one assignor' })], {
      error: `${assignorError}, or a list of these in order of preference`,
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
