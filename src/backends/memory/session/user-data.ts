import type { Assignor, MemberState } from '../../../core/index.ts';

/** What each offered assignor wants to send along, by its name. */
export function userDataOf(
  assignors: readonly Assignor[],
  state: MemberState,
): ReadonlyMap<string, Uint8Array> {
  const userData = new Map<string, Uint8Array>();
  for (const assignor of assignors) {
    const bytes = assignor.userData?.(state);
    if (bytes) userData.set(assignor.name, bytes);
  }
  return userData;
}
