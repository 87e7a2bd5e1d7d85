import type { GroupListener, GroupOptions, GroupSession } from '../../../core/index.ts';
import { ChosenPartitionsSession } from './chosen-partitions-session.ts';
import { MemberSession } from './member-session.ts';
import type { GroupSessionDeps } from './session-deps.ts';

/**
 * Opens a session: as a member of a group, or on chosen partitions without any membership. Returns at once; see
 * `Backend.openGroup` for what goes on in the background.
 */
export function createGroupSession(
  deps: GroupSessionDeps,
  options: GroupOptions,
  listener: GroupListener,
): GroupSession {
  const { subscription } = options;
  return subscription.kind === 'partitions'
    ? new ChosenPartitionsSession(deps, options, subscription.partitions, listener)
    : new MemberSession(deps, options, subscription, listener);
}
