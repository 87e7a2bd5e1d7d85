import type { AppConfig } from '../app-config.ts';
import { duration } from '../values.ts';
import { type ConsumerFacts, handlersGetMs } from './consumer-facts.ts';
import type { ExplainedWarning, ExplainOptions } from './explanation.ts';
import { retryBudget } from './retry-budget.ts';
import { warn } from './warn.ts';

/** About what happens to records that fail. */
export function policyWarnings(
  facts: ConsumerFacts,
  config: AppConfig,
  options: ExplainOptions,
): ExplainedWarning[] {
  return [
    ...retryWarnings(facts),
    ...endWarnings(facts),
    ...skipWarnings(facts),
    ...deadLetterWarnings(facts, config, options),
  ];
}

/** Heartbeats wait for no handler and no retry, so that none of this costs the membership. */
function retryWarnings(facts: ConsumerFacts): ExplainedWarning[] {
  const { sessionTimeoutMs, config, handlerTimeoutMs = 0 } = facts;
  const { totalWaitMs, attempts } = retryBudget(facts.steps);
  const budgetMs = totalWaitMs + (attempts > 1 ? attempts * handlerTimeoutMs : 0);
  const isAbove = totalWaitMs > sessionTimeoutMs;
  if (totalWaitMs <= handlersGetMs(facts) && !isAbove) return [];
  const member =
    config.group === undefined || config.partitions !== undefined
      ? ''
      : ` (${isAbove ? `That is above sessionTimeout, ${duration(sessionTimeoutMs)}, but m` : 'M'}embership is not at risk: heartbeats go on while a record waits.)`;
  return [
    warn(
      [...facts.path, 'onError'],
      `Retries of a record may wait for ${duration(totalWaitMs)}${handlerTimeoutMs > 0 ? ` (${duration(budgetMs)} with the tries)` : ''}. A rebalance or restart meanwhile does not wait for that: the ` +
        `next owner begins with the first try. Where these come more often, such a record never gets to the next step.${member}`,
    ),
  ];
}

/** A chain of retries alone: fine for outages, not for records that will never pass. */
function endWarnings({ steps, path }: ConsumerFacts): ExplainedWarning[] {
  const last = steps.at(-1);
  if (
    last === undefined ||
    last.policy === 'stop' ||
    steps.every(({ policy }) => policy === 'stop')
  )
    return [];
  if (last.when === undefined && last.policy !== 'retry' && last.policy !== 'park') return [];
  return [
    warn(
      [...path, 'onError'],
      'Nothing takes what is left after these steps: one record that never passes stops its partition until somebody looks after it. deadLetter at the end lets the others go on; stop at the end says that this is meant.',
    ),
  ];
}

function skipWarnings({ steps, path }: ConsumerFacts): ExplainedWarning[] {
  return steps.flatMap(({ policy, when }) =>
    policy !== 'skip'
      ? []
      : warn(
          [...path, 'onError'],
          `${when === undefined ? 'Records that fail' : 'Records whose error fits'} are left out for good. Only a count and a log line remain of them; deadLetter would keep them.`,
        ),
  );
}

function deadLetterWarnings(
  { steps, path, config }: ConsumerFacts,
  app: AppConfig,
  { partitions = {} }: ExplainOptions,
): ExplainedWarning[] {
  return steps.flatMap((step): ExplainedWarning[] => {
    if (step.policy !== 'deadLetter' && step.policy !== 'park') return [];
    const { topic } = step;
    const what = step.policy === 'park' ? 'Parked records' : 'Dead letters';
    const where = [...path, 'onError'];
    const isOwn = step.policy === 'deadLetter' && reads(config.topics, topic);
    const isOfMemory = app.backend === 'memory';
    const isMissing =
      isOfMemory && app.memory?.autoCreate === undefined
        ? app.memory?.topics?.[topic] === undefined
        : partitions[topic] === 0;
    return [
      ...(isOwn
        ? [
            warn(
              where,
              `Dead letters go to ${topic}, which this consumer reads itself: a record that fails always goes round without end. Name another topic.`,
            ),
          ]
        : []),
      ...(isMissing
        ? [
            warn(
              where,
              `${what} go to ${topic}, which ${isOfMemory ? 'memory.topics does not have' : 'does not exist'}: ${step.policy === 'park' ? 'the consumer, which reads it, cannot start.' : 'the first one holds up its partition for ever.'}`,
            ),
          ]
        : []),
    ];
  });
}

function reads(topics: ConsumerFacts['config']['topics'], topic: string): boolean {
  if (typeof topics === 'string') return topics === topic;
  if (!('pattern' in topics)) return topics.includes(topic);
  return new RegExp(`^(?:${topics.pattern})$`).test(topic);
}
