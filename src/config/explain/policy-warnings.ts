import type { AppConfig } from '../app-config.ts';
import { duration } from '../values.ts';
import { type ConsumerFacts, handlersGetMs } from './consumer-facts.ts';
import type { ExplainedWarning } from './explanation.ts';
import { retryBudget } from './retry-budget.ts';
import { warn } from './warn.ts';

/** About what happens to records that fail. */
export function policyWarnings(facts: ConsumerFacts, config: AppConfig): ExplainedWarning[] {
  return [...retryWarnings(facts), ...skipWarnings(facts), ...deadLetterWarnings(facts, config)];
}

/** Heartbeats wait for no handler and no retry, so that none of this costs the membership. */
function retryWarnings(facts: ConsumerFacts): ExplainedWarning[] {
  const { totalWaitMs } = retryBudget(facts.steps);
  const limitMs = handlersGetMs(facts);
  if (totalWaitMs <= limitMs) return [];
  return [
    warn(
      [...facts.path, 'onError'],
      `Retries of a record may wait for ${duration(totalWaitMs)}. A rebalance or restart meanwhile does not wait for that: the ` +
        'next owner begins with the first try. Where these come more often, such a record never gets to the next step. ' +
        '(Membership is not at risk: heartbeats go on while a record waits.)',
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

function deadLetterWarnings({ steps, path, config }: ConsumerFacts, app: AppConfig) {
  return steps.flatMap((step): ExplainedWarning[] => {
    if (step.policy !== 'deadLetter' && step.policy !== 'park') return [];
    const { topic } = step;
    const what = step.policy === 'park' ? 'Parked records' : 'Dead letters';
    const where = [...path, 'onError'];
    const isOwn = step.policy === 'deadLetter' && reads(config.topics, topic);
    const isMissing =
      app.backend === 'memory' &&
      app.memory?.autoCreate === undefined &&
      app.memory?.topics?.[topic] === undefined;
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
              `${what} go to ${topic}, which memory.topics does not have: ${step.policy === 'park' ? 'the consumer, which reads it, cannot start.' : 'the first one holds up its partition for ever.'}`,
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
