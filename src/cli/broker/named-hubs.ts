import type { AppConfig } from '../../config/index.ts';
import { deadLetterTopics } from '../dead-letter-topics.ts';
import { namedTopics } from '../named-topics.ts';

/** Event Hubs lists no hubs: those that the consumers of a file read and write are known without naming them once more. */
export function withNamedHubs(config: AppConfig): AppConfig {
  const { backend, eventhubs, consumers = [] } = config;
  if (backend !== 'eventhubs' || eventhubs === undefined) return config;
  const used = consumers.flatMap((one) => [...namedTopics(one), ...deadLetterTopics(one)]);
  const hubs = [...new Set([...(eventhubs.hubs ?? []), ...used])];
  return { ...config, eventhubs: { ...eventhubs, hubs } };
}
