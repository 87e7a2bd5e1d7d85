import type { ErrorPolicyStep } from '../app-config.ts';
import { toMs } from '../values.ts';

type RetryStep = Extract<ErrorPolicyStep, { readonly policy: 'retry' }>;

/** The worst that retrying can cost a record. */
export interface RetryBudget {
  /** Tries in all; 1 without a retry. */
  readonly attempts: number;
  /** The longest waits between them, in milliseconds. */
  readonly waitsMs: readonly number[];
  readonly totalWaitMs: number;
}

/**
 * Follows a chain through an error that every step may want. Waits are drawn between zero and these, so that half of it is
 * what to expect.
 */
export function retryBudget(steps: readonly ErrorPolicyStep[]): RetryBudget {
  const waitsMs: number[] = [];
  for (let attempt = 1; ; attempt++) {
    const waits = candidates(steps, attempt).map((step) => longestWaitMs(step, attempt));
    if (waits.length === 0) break;
    waitsMs.push(Math.max(...waits));
    // More would be told as "without end" anyway.
    if (waitsMs.length === 100_000) break;
  }
  const totalWaitMs = waitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
  return { attempts: waitsMs.length + 1, waitsMs, totalWaitMs };
}

/** Retries that may decide after this attempt: those before the first step that takes every error. */
function candidates(steps: readonly ErrorPolicyStep[], attempt: number): RetryStep[] {
  const found: RetryStep[] = [];
  for (const step of steps) {
    const decides = step.policy !== 'retry' || attempt < step.attempts;
    if (step.policy === 'retry' && decides) found.push(step);
    if (decides && step.when === undefined) break;
  }
  return found;
}

function longestWaitMs({ firstDelay = '100ms', factor = 2, maxDelay }: RetryStep, attempt: number) {
  const firstMs = toMs(firstDelay);
  const mostMs = maxDelay === undefined ? Math.max(30_000, firstMs) : toMs(maxDelay);
  return Math.min(mostMs, firstMs * Math.min(factor ** (attempt - 1), 2 ** 1000));
}
