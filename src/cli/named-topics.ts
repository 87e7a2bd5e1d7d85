import type { ConsumerConfig } from '../config/index.ts';

/** The topics that a consumer reads by name; none of a pattern. */
export function namedTopics({ topics }: ConsumerConfig): readonly string[] {
  if (typeof topics === 'string') return [topics];
  return 'pattern' in topics ? [] : topics;
}
