import type { ConsumerConfig } from '../app-config.ts';

/** As the engine names it: its name, else its group, else its topics. */
export function consumerName({ name, group, topics }: ConsumerConfig): string {
  if (name !== undefined || group !== undefined) return name ?? group ?? '';
  if (typeof topics === 'string') return topics;
  return 'pattern' in topics ? String(new RegExp(topics.pattern)) : topics.join(',');
}
