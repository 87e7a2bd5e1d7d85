import type { GroupListener, GroupOptions } from '../../../core/index.ts';
import type { Connection } from '../connection.ts';
import type { Coordinator } from '../group/coordinator.ts';
import type { Topics } from '../log/topics.ts';

/** What a session works with. */
export interface SessionContext {
  readonly connection: Connection;
  readonly topics: Topics;
  readonly options: GroupOptions;
  readonly listener: GroupListener;
  /** Bytes of text that may be stored beside a position. */
  readonly commitMetadataBytes: number;
}

/** A session that belongs to a group, as member or merely to keep its positions there. */
export interface GroupContext extends SessionContext {
  readonly coordinator: Coordinator;
}
