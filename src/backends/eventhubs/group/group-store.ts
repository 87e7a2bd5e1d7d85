import {
  type CheckpointRecord,
  type CheckpointStore,
  type CommittedPosition,
  type GroupSnapshot,
  type MemberRecord,
  PartitaError,
  type PartitionPosition,
  type StoredGroup,
} from '../../../core/index.ts';
import { type GroupState, readGroup } from '../coordinator/group-state.ts';

/** The SDKs' own in JavaScript, Python and Java. */
const FOREIGN_EXPIRY_MS = 60_000;
/** How often a position is tried against somebody who writes the same checkpoint. */
const TRIES = 3;

/** One group in the store, for those who are no members of it. */
export class GroupStore {
  readonly store: CheckpointStore;
  readonly #group: StoredGroup;

  constructor(store: CheckpointStore, group: StoredGroup) {
    this.store = store;
    this.#group = group;
  }

  get group(): string {
    return this.#group.group;
  }

  check(): Promise<void> {
    return this.store.check(this.#group);
  }

  /** The store has event hubs in lower case. */
  load(topics: readonly string[]): Promise<GroupSnapshot> {
    return this.store.load(
      this.#group,
      topics.map((topic) => topic.toLowerCase()),
    );
  }

  async checkpoints(topics: readonly string[]): Promise<readonly CheckpointRecord[]> {
    const spelling = new Map(topics.map((topic) => [topic.toLowerCase(), topic]));
    const { checkpoints } = await this.load(topics);
    return checkpoints.map((record) => ({
      ...record,
      topic: spelling.get(record.topic.toLowerCase()) ?? record.topic,
    }));
  }

  async committed(topics: readonly string[]): Promise<readonly CommittedPosition[]> {
    const records = await this.checkpoints(topics);
    return records.flatMap(({ topic, partition, offset, token, metadata }) =>
      offset === null
        ? []
        : [{ topic, partition, offset, metadata, ...(token !== null && { token }) }],
    );
  }

  async state(topics: readonly string[]): Promise<GroupState> {
    return readGroup(await this.load(topics), {
      foreignExpiryMs: FOREIGN_EXPIRY_MS,
      sparesMembers: false,
      unlistedBefore: new Map(),
    });
  }

  /** Members that are alive. */
  async members(topics: readonly string[]): Promise<readonly MemberRecord[]> {
    return (await this.state(topics)).members;
  }

  /** Sets a position, whatever there is; the caller has made sure that nobody else does. */
  async put(position: PartitionPosition & { readonly metadata: string }): Promise<void> {
    const { partition, offset, token = null, metadata } = position;
    const topic = position.topic.toLowerCase();
    for (let tries = 0; tries < TRIES; tries++) {
      const { checkpoints } = await this.load([topic]);
      const found = checkpoints.find((record) => record.partition === partition);
      const entry = { topic, partition, offset, token, metadata };
      const generation = found?.generation ?? null;
      const etag = found?.etag ?? null;
      if ((await this.store.putCheckpoint(this.#group, { ...entry, generation }, etag)) !== null)
        return;
    }
    throw new PartitaError(
      'UNAVAILABLE',
      `The checkpoint of ${position.topic}-${partition} was changed ${TRIES} times by others while it was written`,
      { topic: position.topic, partition, retriable: true },
    );
  }
}
