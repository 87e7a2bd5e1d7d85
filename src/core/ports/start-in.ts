import type { StartPosition } from '../model/position.ts';
import type { GroupOptions } from './backend.ts';

/** Where to begin in a partition of this topic without a committed position. */
export function startIn(
  { start, retryTopics }: Pick<GroupOptions, 'start' | 'retryTopics'>,
  topic: string,
): StartPosition {
  return retryTopics?.has(topic) === true ? 'earliest' : start;
}
