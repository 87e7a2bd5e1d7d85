import type { ErrorFilter, ErrorPolicyStep } from '../app-config.ts';
import { duration, toMs } from '../values.ts';
import type { ConsumerFacts } from './consumer-facts.ts';
import { retryBudget } from './retry-budget.ts';

/** What happens to a record that fails, step by step. */
export function failureLines(facts: ConsumerFacts): string[] {
  const { steps } = facts;
  const lines = steps.map(
    (step, i) => `${i === 0 ? 'On failure: ' : 'Then: '}${onlyFor(step.when)}${told(step, facts)}`,
  );
  const retries = steps.some(({ policy }) => policy === 'retry');
  if (retries)
    lines.push(...budgetLines(facts), 'A record that does not decode is not tried again.');
  if (facts.isBatch)
    lines.push(
      'A handler that throws fails all records of its batch, and gets all of them again; those it marks by fail() are decided about alone.',
    );
  if (!isFinal(steps.at(-1)))
    lines.push(`What no step wants stops its partition before that record: ${stopped(facts)}`);
  return lines;
}

function isFinal(step: ErrorPolicyStep | undefined): boolean {
  return (
    step !== undefined &&
    step.policy !== 'retry' &&
    step.policy !== 'park' &&
    step.when === undefined
  );
}

function told(step: ErrorPolicyStep, facts: ConsumerFacts): string {
  const { order } = facts;
  switch (step.policy) {
    case 'retry':
      return `a record is tried ${step.attempts} times in all, in place. ${meanwhile(facts)}`;
    case 'park':
      return (
        `it is written to ${step.topic}, counts as finished when that is acknowledged, and is handled again ${duration(toMs(step.delay))} later` +
        `${(step.times ?? 1) > 1 ? `, up to ${step.times} times` : ''}. Everything else goes on${order === 'none' ? '' : ', and later records overtake it'}.`
      );
    case 'deadLetter':
      return (
        `it is written to ${step.topic} with what went wrong in its headers, and is done when that is acknowledged. ` +
        `While that fails it is tried again, up to 10 s apart, until it works. ${meanwhile(facts)} Nothing is lost.`
      );
    case 'skip':
      return 'it is left out for good, counted and logged.';
    case 'stop':
      return `its partition stops before it: ${stopped(facts)}`;
  }
}

function stopped({ config: { group, partitions } }: ConsumerFacts): string {
  const isMember = group !== undefined && partitions === undefined;
  const ways = isMember
    ? 'resume(), a restart, or another member that gets the partition'
    : 'resume() or a restart';
  return `health turns red, other partitions go on. ${ways} tries it again.`;
}

/** Whom a record holds up that is not done. */
function meanwhile({ order, isBatch }: ConsumerFacts): string {
  const position =
    'The stored position waits before it; 100,000 records further its partition is not read on.';
  if (order === 'none') return `Others go on. ${position}`;
  if (order === 'key' && !isBatch)
    return `Records behind it with the same key wait, others go on. ${position}`;
  return 'Records behind it in its partition wait, other partitions go on.';
}

function onlyFor(when: ErrorFilter | undefined): string {
  if (when === undefined) return '';
  const parts = [
    ...listed('code', when.code),
    ...listed('name', when.name),
    ...(when.test === undefined ? [] : [`${when.test} is true`]),
  ];
  return `if the error's ${parts.join(' and ')}, `;
}

function listed(key: string, values: string | readonly string[] | undefined): string[] {
  if (values === undefined) return [];
  return [`${key} is ${typeof values === 'string' ? values : values.join(' or ')}`];
}

function budgetLines({ steps, handlerTimeoutMs }: ConsumerFacts): string[] {
  const { attempts, waitsMs, totalWaitMs } = retryBudget(steps);
  const shown = waitsMs.slice(0, 4).map(duration).join(', ');
  const more = waitsMs.length > 4 ? ', …' : '';
  const tries =
    handlerTimeoutMs === undefined
      ? `the time of ${attempts} tries, which have no limit`
      : `${attempts} tries of ${duration(handlerTimeoutMs)} (${duration(totalWaitMs + attempts * handlerTimeoutMs)} in all)`;
  return [
    `Waits between tries are drawn at random up to ${shown}${more}: at worst ${duration(totalWaitMs)} of waiting, and ${tries}.`,
  ];
}
