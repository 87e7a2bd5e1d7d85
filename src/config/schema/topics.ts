import { z } from 'zod';
import type { TopicsConfig } from '../app-config.ts';
import { text, topicForm, topicName } from './values.ts';

/** What a consumer reads. */
export const topics: z.ZodType<TopicsConfig> = z
  .union(
    [
      topicName,
      z.array(topicName).min(1, { error: 'at least one topic' }),
      z.strictObject({
        pattern: text
          .meta({ description: 'A regular expression that the whole name must match.' })
          .refine(isPattern, { error: 'a regular expression' }),
      }),
    ],
    { error: `${topicForm}; or a list of topics, or { pattern }` },
  )
  .meta({ id: 'TopicsConfig', description: 'Topics (event hubs) to read.' });

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
