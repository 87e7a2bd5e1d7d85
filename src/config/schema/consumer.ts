import { z } from 'zod';
import type { ConsumerConfig, ValueConfig } from '../app-config.ts';
import { errorPolicy } from './error-policy.ts';
import { membership } from './membership.ts';
import { pace } from './pace.ts';
import { topics } from './topics.ts';
import { optional, reference, text } from './values.ts';

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
