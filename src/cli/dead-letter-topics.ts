import type { ConsumerConfig } from '../config/index.ts';

/** The topics that a consumer's error policy writes to: dead-letter and retry topics. */
export function deadLetterTopics({ onError }: ConsumerConfig): readonly string[] {
  if (typeof onError === 'string') return [];
  const steps = Array.isArray(onError) ? onError : [onError];
  return steps.flatMap((step) => ('topic' in step ? [step.topic] : []));
}
