import {
  type Classifier,
  deadLetter,
  type ErrorPolicy,
  park,
  retry,
  skip,
  stopPartition,
} from '../../core/index.ts';
import type { ErrorFilter, ErrorPolicyConfig, ErrorPolicyStep } from '../app-config.ts';
import type { ConfigPath } from '../source.ts';
import { toMs } from '../values.ts';
import type { References } from './references.ts';

/** The steps of a policy, however short it was written. */
export function stepsOf(policy: ErrorPolicyConfig): readonly ErrorPolicyStep[] {
  if (typeof policy === 'string') return [{ policy }];
  return 'policy' in policy ? [policy] : policy;
}

/** The chain that such data stands for. */
export async function errorPolicyOf(
  config: ErrorPolicyConfig,
  path: ConfigPath,
  references: References,
): Promise<ErrorPolicy> {
  const isList = Array.isArray(config);
  let chain: ErrorPolicy | undefined;
  for (const [i, step] of stepsOf(config).entries()) {
    const at = [...(isList ? [...path, i] : path), 'when'];
    const when = step.when && (await classifierOf(step.when, at, references));
    const policy = when === undefined ? stepOf(step) : stepOf(step).when(when);
    chain = chain?.otherwise(policy) ?? policy;
  }
  return chain ?? stopPartition();
}

function stepOf(step: ErrorPolicyStep): ErrorPolicy {
  switch (step.policy) {
    case 'retry':
      return retry({
        attempts: step.attempts,
        ...(step.firstDelay !== undefined && { firstDelayMs: toMs(step.firstDelay) }),
        ...(step.factor !== undefined && { factor: step.factor }),
        ...(step.maxDelay !== undefined && { maxDelayMs: toMs(step.maxDelay) }),
      });
    case 'park':
      return park(step.topic, {
        delayMs: toMs(step.delay),
        ...(step.times !== undefined && { times: step.times }),
        ...(step.allowOvertaking !== undefined && { allowOvertaking: step.allowOvertaking }),
      });
    case 'deadLetter':
      return deadLetter(step.topic);
    case 'skip':
      return skip();
    case 'stop':
      return stopPartition();
  }
}

async function classifierOf(
  { code, name, test }: ErrorFilter,
  path: ConfigPath,
  references: References,
): Promise<Classifier> {
  const own =
    test === undefined
      ? undefined
      : await references.load(test, [...path, 'test'], 'a function', isClassifier);
  return (error) => {
    const given = Object(error) as { readonly code?: unknown; readonly name?: unknown };
    return has(code, given.code) && has(name, given.name) && (own?.(error) ?? true);
  };
}

function isClassifier(value: unknown): value is Classifier {
  return typeof value === 'function';
}

function has(wanted: string | readonly string[] | undefined, given: unknown): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === String(given) : wanted.includes(String(given));
}
