import type { Subscription } from '../../../core/index.ts';
import type { Topics } from '../log/topics.ts';

/**
 * Topics a subscription stands for, now, in order.
 * @throws PartitaError `UNKNOWN_TOPIC` for a named topic that does not exist
 */
export function subscribedTopics(subscription: Subscription, topics: Topics): string[] {
  switch (subscription.kind) {
    case 'topics':
      for (const topic of subscription.topics) topics.get(topic);
      return [...new Set(subscription.topics)].sort();
    case 'pattern':
      return topics.names().filter((topic) => matchesWhole(subscription.pattern, topic));
    case 'partitions':
      return [...new Set(subscription.partitions.map(({ topic }) => topic))].sort();
  }
}

function matchesWhole(pattern: RegExp, topic: string): boolean {
  // Global and sticky expressions remember where the last match ended; a fresh one does not.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(topic);
}
