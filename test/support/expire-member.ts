import type { CheckpointStore, StoredGroup } from '../../src/core/index.ts';

/** Takes a member out of a group behind its back, as the others do when its time is over: its record and its ownership go. */
export async function expireMember(
  store: CheckpointStore,
  group: StoredGroup,
  topics: readonly string[],
  clientId: string,
): Promise<void> {
  const { members, ownerships } = await store.load(group, topics);
  const gone = members.filter((member) => member.clientId === clientId);
  for (const member of gone) await store.removeMember(group, member, member.etag);
  for (const { etag, modifiedMs: _, ...ownership } of ownerships)
    if (gone.some(({ memberId }) => memberId === ownership.owner))
      await store.putOwnership(group, { ...ownership, owner: '' }, etag);
}
