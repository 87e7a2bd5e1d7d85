import type { GroupSnapshot } from '../../../core/index.ts';
import type { StoreCalls } from './store-calls.ts';

/**
 * Everything of our topics, and of topics that we share a member with: whoever is balanced together must be seen together, or
 * two members would calculate different assignments and each leave the same partition to the other. One List per topic; a
 * group of one hub costs one.
 */
export async function loadConnected(
  calls: StoreCalls,
  own: readonly string[],
): Promise<GroupSnapshot> {
  const loaded = new Set(own);
  let snapshot = await calls.load(own);
  for (;;) {
    const more = snapshot.members
      .flatMap(({ topics }) => Object.keys(topics))
      .filter((topic) => !loaded.has(topic));
    if (more.length === 0) return snapshot;
    const topics = [...new Set(more)];
    for (const topic of topics) loaded.add(topic);
    snapshot = joined(snapshot, await calls.load(topics));
  }
}

/** Ages are taken from the earlier time: nobody is taken for dead too early. */
function joined(a: GroupSnapshot, b: GroupSnapshot): GroupSnapshot {
  return {
    serverTimeMs: Math.min(a.serverTimeMs, b.serverTimeMs),
    members: [...a.members, ...b.members],
    ownerships: [...a.ownerships, ...b.ownerships],
    checkpoints: [...a.checkpoints, ...b.checkpoints],
  };
}
