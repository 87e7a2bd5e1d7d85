import type { AppConfig } from '../app-config.ts';
import { appLines } from './app-lines.ts';
import { appWarnings } from './app-warnings.ts';
import { changeWarnings } from './change-warnings.ts';
import { consumerFacts } from './consumer-facts.ts';
import { consumerLines } from './consumer-lines.ts';
import type { ExplainOptions, Explanation } from './explanation.ts';
import { groupWarnings } from './group-warnings.ts';
import { handlingWarnings } from './handling-warnings.ts';
import { policyWarnings } from './policy-warnings.ts';

/**
 * The guarantee that these settings give, consumer by consumer: delivery, order, what happens on failure and for how long,
 * what is stored when, what a crash repeats, what a rebalance does. With warnings about settings that may not be meant.
 *
 * Looks at nothing but the configuration: no module is loaded, nothing is connected.
 */
export function explain(config: AppConfig, options: ExplainOptions = {}): Explanation {
  const consumers = (config.consumers ?? []).map((consumer, i) =>
    consumerFacts(config, consumer, i),
  );
  const lines = consumers.flatMap((facts) => {
    const { name, config: consumer } = facts;
    const { topics, group } = consumer;
    const heading = `Consumer ${name}: ${topicsText(topics)}${group === undefined ? '' : `, in the group ${group}`}`;
    return ['', heading, ...consumerLines(facts).map((line) => `  ${line}`)];
  });
  const warnings = [
    ...appWarnings(config, consumers, options),
    ...consumers.flatMap((facts) => [
      ...policyWarnings(facts, config, options),
      ...handlingWarnings(facts),
      ...groupWarnings(facts, config, options),
    ]),
    ...changeWarnings(config, options.before),
  ];
  return { lines: [...appLines(config), ...lines], warnings };
}

function topicsText(topics: NonNullable<AppConfig['consumers']>[number]['topics']): string {
  if (typeof topics === 'string') return topics;
  return 'pattern' in topics ? `all topics that match ${topics.pattern}` : topics.join(', ');
}
