import { z } from 'zod';
import type { ErrorFilter, ErrorPolicyConfig, ErrorPolicyStep } from '../app-config.ts';
import { toMs } from '../values.ts';
import { count, delay, duration, optional, reference, text, topicName } from './values.ts';

const oneOrMore = z.union([text, z.array(text).min(1, { error: 'at least one' })], {
  error: 'a text or a list of texts',
});

const filter: z.ZodType<ErrorFilter> = z
  .strictObject({
    code: optional(
      oneOrMore,
      "The error's `code` is (one of) this: `HANDLER_TIMEOUT`, `ECONNRESET`, `23505`.",
    ),
    name: optional(oneOrMore, "The error's `name` is (one of) this: `DuplicateOrder`."),
    test: optional(reference, 'A function that is given the error and says true or false.'),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: 'at least one of code, name and test',
  })
  .meta({
    id: 'ErrorFilter',
    description: 'Which errors a step is for. With several keys, all must be true.',
  });

const when = filter.meta({ description: 'Errors the step is for; others go on to the next step.' });

const retry = z
  .strictObject({
    policy: z.literal('retry').meta({
      description:
        'Tries again in place; records of the same key (or partition) wait, others go on.',
    }),
    when: when.exactOptional(),
    attempts: count(1).meta({ description: 'Tries in all, the first one included.' }),
    firstDelay: optional(delay, 'Longest wait before the second try.', '100ms'),
    factor: optional(
      z.number({ error: 'a number of at least 1' }).min(1, { error: 'a number of at least 1' }),
      'The longest wait grows by this factor with each try.',
      2,
    ),
    maxDelay: optional(delay, 'The longest wait stops growing here.', '30s'),
  })
  .refine(({ firstDelay = '0ms', maxDelay = firstDelay }) => toMs(maxDelay) >= toMs(firstDelay), {
    error: 'a time that is not below firstDelay',
    path: ['maxDelay'],
  });

const deadLetter = z.strictObject({
  policy: z.literal('deadLetter').meta({
    description:
      'Writes the record to another topic with what went wrong in its headers; goes on when that is acknowledged.',
  }),
  when: when.exactOptional(),
  topic: topicName.meta({ description: 'Where it is written.' }),
});

const park = z.strictObject({
  policy: z.literal('park').meta({
    description:
      'Writes the record to a retry topic, which the consumer reads itself, and handles it again when it is due; everything else goes on.',
  }),
  when: when.exactOptional(),
  topic: topicName.meta({
    description: 'The retry topic: one for each group and delay, kept for longer than the delay.',
  }),
  delay: duration.meta({ description: 'How long a record waits there.' }),
  times: optional(count(1), 'How often it is parked there before the next step decides.', 1),
  allowOvertaking: optional(
    z.boolean({ error: 'true or false' }),
    'Must be true where order is kept: later records overtake one that is parked.',
    false,
  ),
});

const skip = z.strictObject({
  policy: z.literal('skip').meta({ description: 'Leaves the record out, counted and logged.' }),
  when: when.exactOptional(),
});

const stop = z.strictObject({
  policy: z.literal('stop').meta({
    description: 'Stops the partition before the record and turns health red; others go on.',
  }),
  when: when.exactOptional(),
});

const step: z.ZodType<ErrorPolicyStep> = z
  .discriminatedUnion('policy', [retry, park, deadLetter, skip, stop], {
    error: 'retry, park, deadLetter, skip or stop',
  })
  .meta({ id: 'ErrorPolicyStep', description: 'One step of an error policy.' });

/** A step behind one that takes every error does nothing, and was meant to. */
const steps = z
  .array(step)
  .min(1, { error: 'at least one step' })
  .superRefine((list, context) => {
    const last = list.findIndex(
      ({ policy, when: filter }) => policy !== 'retry' && policy !== 'park' && !filter,
    );
    if (last >= 0 && last < list.length - 1)
      context.addIssue({
        code: 'custom',
        path: [last + 1],
        message: `no step behind ${list[last]?.policy}, which takes every error; give that one a when, or leave this one out`,
      });
  });

/** `onError`: the chain that `retry(…).otherwise(…)` makes in code. */
export const errorPolicy: z.ZodType<ErrorPolicyConfig> = z
  .union([z.enum(['stop', 'skip']), step, steps], {
    error: "'stop', 'skip', a step or a list of steps",
  })
  .meta({
    id: 'ErrorPolicyConfig',
    description:
      'What happens to a record that fails: the first step that wants the failure decides; when none does, the partition stops.',
  });
