import type { ConfigEntry } from '../../protocol/index.ts';
import { topicConfigDefaults } from '../kafka-log/topic-configs.ts';

const TOPIC_SETTING = 1;
const DEFAULT_SETTING = 5;

/** The settings of a topic, or those of them that are named; to name none is to name all. */
export function describeTopicConfigs(
  configs: ReadonlyMap<string, string>,
  names: readonly string[] | null,
): readonly ConfigEntry[] {
  return Object.entries(topicConfigDefaults)
    .filter(([name]) => names === null || names.length === 0 || names.includes(name))
    .map(([name, byDefault]) => ({
      name,
      value: configs.get(name) ?? byDefault,
      readOnly: false,
      source: configs.has(name) ? TOPIC_SETTING : DEFAULT_SETTING,
      sensitive: false,
      synonyms: [],
    }));
}
