import {
  type CheckpointEntry,
  type CheckpointStore,
  formatPartition,
  type GroupSnapshot,
  type MemberEntry,
  type MemberKey,
  type OwnershipEntry,
  type Stamp,
  type StoredGroup,
} from '../../../core/index.ts';

/** A record of a group, as stores without a format of their own keep it. */
export type GroupRecord =
  | { readonly kind: 'member'; readonly entry: MemberEntry }
  | { readonly kind: 'ownership'; readonly entry: OwnershipEntry }
  | { readonly kind: 'checkpoint'; readonly entry: CheckpointEntry };

export type StoredRecord = GroupRecord & Stamp;

/** What a store without a format of its own is built on: records by name, written on conditions. */
export interface RecordTable {
  readonly name: string;
  check(): Promise<void>;
  nowMs(): number;
  /** Records of a group whose entry names one of these topics, whatever its case. */
  list(group: StoredGroup): Promise<readonly StoredRecord[]>;
  /** Names of the groups of a namespace that have records, or had some. */
  groups(namespace: string): Promise<readonly string[]>;
  put(
    group: StoredGroup,
    key: string,
    record: GroupRecord,
    etag: string | null,
  ): Promise<Stamp | null>;
  remove(group: StoredGroup, key: string, etag: string): Promise<void>;
}

/** A checkpoint store on top of such a table. */
export function storeOnTable(table: RecordTable): CheckpointStore {
  return {
    name: table.name,
    check: () => table.check(),
    async load(group, topics) {
      const wanted = new Map(topics.map((topic) => [topic.toLowerCase(), topic]));
      const serverTimeMs = table.nowMs();
      return snapshot(await table.list(group), wanted, serverTimeMs);
    },
    async groups(namespace) {
      const names = await table.groups(namespace);
      const perGroup = names.map(async (group) => {
        const records = await table.list({ namespace, group });
        const topics = new Set(records.map(({ entry }) => entry.topic.toLowerCase()));
        return [...topics].map((topic) => ({ topic, group }));
      });
      return (await Promise.all(perGroup)).flat();
    },
    putMember: (group, entry, etag) =>
      table.put(group, memberKey(entry), { kind: 'member', entry }, etag),
    removeMember: (group, key, etag) => table.remove(group, memberKey(key), etag),
    putOwnership: (group, entry, etag) =>
      table.put(group, key('ownership', entry), { kind: 'ownership', entry }, etag),
    putCheckpoint: (group, entry, etag) =>
      table.put(group, key('checkpoint', entry), { kind: 'checkpoint', entry }, etag),
  };
}

function snapshot(
  records: readonly StoredRecord[],
  wanted: ReadonlyMap<string, string>,
  serverTimeMs: number,
): GroupSnapshot {
  const members = [];
  const ownerships = [];
  const checkpoints = [];
  for (const { etag, modifiedMs, ...record } of records) {
    const topic = wanted.get(record.entry.topic.toLowerCase());
    if (topic === undefined) continue;
    const stamp = { topic, etag, modifiedMs };
    if (record.kind === 'member') members.push({ ...record.entry, ...stamp });
    else if (record.kind === 'ownership') ownerships.push({ ...record.entry, ...stamp });
    else checkpoints.push({ ...record.entry, ...stamp });
  }
  return { serverTimeMs, members, ownerships, checkpoints };
}

function memberKey({ topic, memberId }: MemberKey): string {
  return `member/${topic.toLowerCase()}/${memberId}`;
}

function key(kind: 'ownership' | 'checkpoint', entry: OwnershipEntry | CheckpointEntry): string {
  const { topic, partition } = entry;
  return `${kind}/${formatPartition({ topic: topic.toLowerCase(), partition })}`;
}
