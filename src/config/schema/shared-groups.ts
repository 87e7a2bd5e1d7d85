import type { z } from 'zod';
import type { ConsumerConfig } from '../app-config.ts';

/** Consumers of one group must have an assignor in common, and all be members of it or none. */
export function sharedGroups(
  consumers: readonly ConsumerConfig[],
  context: z.core.$RefinementCtx,
): void {
  const firsts = new Map<string, { readonly index: number; readonly offered: readonly string[] }>();
  for (const [index, consumer] of consumers.entries()) {
    const { group } = consumer;
    if (group === undefined) continue;
    const offered = assignorsOf(consumer);
    const first = firsts.get(group);
    if (first === undefined) {
      firsts.set(group, { index, offered });
      continue;
    }
    const isMember = consumer.partitions === undefined;
    if (isMember !== (consumers[first.index]?.partitions === undefined))
      context.addIssue({
        code: 'custom',
        path: [index, isMember ? 'group' : 'partitions'],
        message: `another group than consumers[${first.index}]: chosen partitions and members cannot share one, as brokers refuse positions of those that are no members`,
      });
    else if (isMember && !hasCommon(first.offered, offered))
      context.addIssue({
        code: 'custom',
        path: [index, 'assignor'],
        message: `an assignor that consumers[${first.index}] of the same group offers too: ${first.offered.join(', ')}`,
      });
  }
}

function assignorsOf({ assignor = 'cooperative-sticky' }: ConsumerConfig): readonly string[] {
  return typeof assignor === 'string' ? [assignor] : assignor;
}

/** What a module is called in the group is not known before it is loaded. */
function hasCommon(some: readonly string[], others: readonly string[]): boolean {
  const isUnknown = [...some, ...others].some((name) => /[./]/.test(name));
  return isUnknown || some.some((name) => others.includes(name));
}
