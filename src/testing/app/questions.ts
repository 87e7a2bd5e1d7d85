import { InvalidConfigError, show } from '../../core/index.ts';
import { reads } from './progress.ts';
import type { Journal } from './work.ts';

/** What a test asks for by name has to be there: a wrong name would find nothing, and prove nothing. */
export function askedConsumer({ consumers }: Journal, name: string): string {
  if (consumers.has(name)) return name;
  throw new InvalidConfigError('call of handled', [
    `there is no consumer ${show(name)}; the application has ${listed(consumers.keys())}`,
  ]);
}

/** The group that reads a topic; with several, the one that was named. */
export function askedGroup({ consumers }: Journal, topic: string, group?: string): string {
  const reading = [...consumers.values()].filter((options) => reads(options, topic));
  const groups = new Set(reading.flatMap((options) => options.group.group ?? []));
  const [only] = groups;
  if (group === undefined && groups.size === 1 && only !== undefined) return only;
  if (group !== undefined && groups.has(group)) return group;
  const problem =
    group === undefined && groups.size > 1
      ? `${show(topic)} is read by the groups ${listed(groups)}: name one, as in committed(topic, group)`
      : `no consumer with ${group === undefined ? 'a group' : `the group ${show(group)}`} reads ${show(topic)}; it is read by ${listed(groups)}`;
  throw new InvalidConfigError('call of committed', [problem]);
}

/** What a consumer that does not get on may have stumbled over. */
export function lastFailure({ calls }: Journal): string[] {
  const last = calls.findLast(({ state }) => state === 'failed');
  const [record] = last?.records ?? [];
  if (last === undefined || record === undefined) return [];
  const { consumer, attempt, error } = last;
  const why = error instanceof Error ? error.message : String(error);
  const where = `${record.topic}-${record.partition} at offset ${record.offset}`;
  return [`the handler of ${consumer} failed last for ${where}, attempt ${attempt}: ${why}`];
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}
