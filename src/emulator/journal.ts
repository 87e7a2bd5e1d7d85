/** Names an entry: what kind of thing it is, then which one. */
export type JournalKey = readonly (string | number)[];

/** Facts that shall outlive the process, by key. The values are plain JSON. */
export interface Journal {
  set(key: JournalKey, value: unknown): void;
  delete(key: JournalKey): void;
  /** All entries of one kind. */
  entries(kind: string): Iterable<readonly [JournalKey, unknown]>;
}

/** Keeps nothing. */
export const forgetfulJournal: Journal = {
  set: () => {},
  delete: () => {},
  entries: () => [],
};
