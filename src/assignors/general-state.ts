import type { Claims } from './claims.ts';
import type { GroupIndex } from './group-index.ts';
import type { Loads } from './loads.ts';
import type { Ownership } from './ownership.ts';
import type { Racks } from './racks.ts';
import type { TopicSubscribers } from './topic-subscribers.ts';

/** Everything the steps of the general algorithm share. */
export interface GeneralState {
  readonly index: GroupIndex;
  readonly subscribers: TopicSubscribers;
  readonly loads: Loads;
  readonly ownership: Ownership;
  readonly claims: Claims;
  readonly racks: Racks | null;
}
