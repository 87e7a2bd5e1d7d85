import type { ConfigEntry, ConfigSynonym } from '../../protocol/index.ts';
import { brokerConfigNames, topicConfigDefaults } from '../kafka-log/topic-configs.ts';

const TOPIC_SETTING = 1;
const DEFAULT_SETTING = 5;

/** The settings of a topic, or those of them that are named; to name none is to name all. */
export function describeTopicConfigs(
  configs: ReadonlyMap<string, string>,
  names: readonly string[] | null,
  withSynonyms = false,
): readonly ConfigEntry[] {
  return Object.entries(topicConfigDefaults)
    .filter(([name]) => names === null || names.length === 0 || names.includes(name))
    .map(([name, byDefault]) => ({
      name,
      value: configs.get(name) ?? byDefault,
      readOnly: false,
      source: configs.has(name) ? TOPIC_SETTING : DEFAULT_SETTING,
      sensitive: false,
      synonyms: withSynonyms ? synonymsOf(name, configs.get(name), byDefault) : [],
    }));
}

/** Where the value could come from, the place that counts first. */
function synonymsOf(
  name: string,
  own: string | undefined,
  byDefault: string,
): readonly ConfigSynonym[] {
  const atBroker = brokerConfigNames[name];
  return [
    ...(own === undefined ? [] : [{ name, value: own, source: TOPIC_SETTING }]),
    ...(atBroker === undefined
      ? []
      : [{ name: atBroker, value: byDefault, source: DEFAULT_SETTING }]),
  ];
}
