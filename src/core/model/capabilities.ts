/**
 * What a backend can do. One typed value per backend: the conformance suite skips by it, the table in the docs is
 * generated from it, tools read it.
 */
export interface Capabilities {
  /** The group runs our assignors; otherwise the service hands out partitions itself. */
  readonly assignors: boolean;
  /** Members keep the partitions that stay theirs while others move. */
  readonly cooperative: boolean;
  /** A restarted member takes its partitions back without a rebalance. */
  readonly staticMembership: boolean;
  /** The group has one generation for all, which stays when a restarted member takes its partitions back. */
  readonly groupGeneration: boolean;
  /** Topics can be followed by a pattern; new ones are picked up. */
  readonly patternSubscription: boolean;
  /** Topics and partitions can be created through the admin. */
  readonly createTopics: boolean;
  /** Reading can start at a point in time. */
  readonly startAtTime: boolean;
  /** Records carry a key of their own that is kept as bytes. */
  readonly recordKeys: boolean;
  /** The acknowledgement of a record says at which offset it was written; otherwise that offset is -1. */
  readonly writtenOffsets: boolean;
  /** Several writes and the commit they answer can be one atomic step. */
  readonly transactions: boolean;
  /** The log may have gaps in its offsets (compaction, transaction markers). */
  readonly offsetGaps: boolean;
  /** Bytes of text that can be stored beside a committed position; 0: none. */
  readonly commitMetadataBytes: number;
  /** Largest record the backend takes with default settings, in bytes. */
  readonly maxRecordBytes: number;
  /** How long until another member sees a commit, in milliseconds. Tests wait this long. */
  readonly commitVisibleMs: number;
}
