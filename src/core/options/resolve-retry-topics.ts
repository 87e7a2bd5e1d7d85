import type { Subscription } from '../ports/backend.ts';
import { ErrorPolicy } from './error-policy.ts';
import { type OptionCheck, show } from './option-check.ts';

/**
 * The retry topics of an error policy, and the subscription with them: a consumer reads its own. Tells what does not go
 * together.
 */
export function resolveRetryTopics(
  check: OptionCheck,
  onError: unknown,
  subscription: Subscription,
  order: string,
): { readonly retryTopics: ReadonlySet<string>; readonly subscription: Subscription } {
  const parks = onError instanceof ErrorPolicy ? onError.retryTopics : [];
  const retryTopics = new Set(parks.map(({ topic }) => topic));
  if (retryTopics.size === 0) return { retryTopics, subscription };
  for (const { topic, mayOvertake } of parks)
    if (order !== 'none' && !mayOvertake)
      check.problem(
        `onError parks records in ${topic}, where later records of the same ${order} overtake them; say concurrency: { order: 'none' }, or allowOvertaking: true in park()`,
      );
  if (retryTopics.size < parks.length)
    check.problem(
      `onError parks in one topic twice (${parks.map(({ topic }) => topic).join(', ')}); give each delay a topic of its own`,
    );
  if (subscription.kind !== 'topics') {
    const what =
      subscription.kind === 'pattern' ? `the pattern ${subscription.pattern}` : 'chosen partitions';
    check.problem(
      `onError parks records in ${[...retryTopics].join(', ')}, which a consumer of ${what} does not read; name the topics`,
    );
    return { retryTopics, subscription };
  }
  for (const topic of subscription.topics)
    if (retryTopics.has(topic))
      check.problem(
        `onError parks records in ${show(topic)}, which is among the topics of the consumer; leave it out there: retry topics are read along`,
      );
  return {
    retryTopics,
    subscription: { ...subscription, topics: [...subscription.topics, ...retryTopics] },
  };
}
