import type { ConsumerConfig } from '../config/index.ts';

/** The topics that a consumer's error policy writes to. */
export function deadLetterTopics({ onError }: ConsumerConfig): readonly string[] {
  if (typeof onError === 'string') return [];
  const steps = Array.isArray(onError) ? onError : [onError];
  return steps.flatMap((step) => (step.policy === 'deadLetter' ? [step.topic] : []));
}
