// Generated from the schema in src/config/schema by `npm run docs:tables`: change it there.
import type { Duration, Reference, Size } from './values.ts';

/** One consumer. */
export interface ConsumerConfig {
  /** Names the consumer in logs, health and views. @default the group, or the topics */
  readonly name?: string;
  readonly topics: TopicsConfig;
  /** Consumer group. Required unless `partitions` are chosen. */
  readonly group?: string;
  /** Fixed partitions of the (single) topic instead of a share: no membership, no rebalance. */
  readonly partitions?: readonly number[];
  /** How the group shares partitions out; several, in order of preference, for a rolling change. @default cooperative-sticky */
  readonly assignor?:
    | 'range'
    | 'roundrobin'
    | 'sticky'
    | 'cooperative-sticky'
    | Reference
    | readonly ('range' | 'roundrobin' | 'sticky' | 'cooperative-sticky' | Reference)[];
  readonly start?: StartConfig;
  /** What happens when a position is no longer in the log. @default fail */
  readonly outOfRange?: 'earliest' | 'latest' | 'fail';
  /** Static membership: this process's lasting name in the group, such as the name of its pod. */
  readonly instanceId?: string;
  /** Rack or zone of this process. */
  readonly rack?: string;
  /** Without a heartbeat for this long the group takes the member for dead. @default 45s */
  readonly sessionTimeout?: Duration;
  /** Between two signs of life. @default 3s */
  readonly heartbeatInterval?: Duration;
  /** How long members get to hand over their partitions in a rebalance. @default 60s */
  readonly rebalanceTimeout?: Duration;
  /** Hand out records of open or aborted transactions too? @default committed */
  readonly isolation?: 'committed' | 'uncommitted';
  /** How records are fetched. */
  readonly fetch?: {
    /** How long the broker may wait for new records. @default 500ms */
    readonly maxWait?: Duration;
    /** The broker answers once it has this many bytes. @default 1B */
    readonly minBytes?: Size;
    /** Most bytes of one partition in an answer. @default 1MiB */
    readonly maxBytesPerPartition?: Size;
  };
  /** How many records are handled at once, and in which order. */
  readonly concurrency?: {
    /** What is handled in log order, one at a time: records of a partition, of a key, or nothing. @default partition */
    readonly order?: 'partition' | 'key' | 'none';
    /** Most handlers running at once in this consumer. @default 100; one per partition with order `partition` */
    readonly limit?: number;
  };
  /** The handler gets batches of records of one partition; one is handed over when the first limit is reached. */
  readonly batch?: {
    /** Most records in one. @default 500 */
    readonly maxRecords?: number;
    /** Most bytes in one. @default 1MiB */
    readonly maxBytes?: Size;
    /** How long the first record waits for more. @default 0ms */
    readonly maxWait?: Duration;
  };
  /** When positions are stored. They are also stored before a partition is handed over and on stop. @default {"every":"1s"} */
  readonly commit?:
    | 'manual'
    | 'perBatch'
    | {
        /** After so many records. */
        readonly everyRecords?: number;
        /** After so long. */
        readonly every?: Duration;
      };
  /** Watermarks of what is fetched and not yet finished, per partition. */
  readonly buffer?: {
    /** Fetching of a partition stops at this many records. @default 10000 */
    readonly highRecords?: number;
    /** … and goes on at this many. @default half of highRecords */
    readonly lowRecords?: number;
    /** Fetching of a partition stops at this many bytes. @default 8MiB */
    readonly highBytes?: Size;
    /** … and goes on at this many. @default half of highBytes */
    readonly lowBytes?: Size;
  };
  /** A handler that takes longer fails with `HANDLER_TIMEOUT`. @default unlimited */
  readonly handlerTimeout?: Duration;
  /** How long running handlers may take to finish before a partition is handed over. @default 30s */
  readonly drainTimeout?: Duration;
  readonly value?: ValueConfig;
  /** A function `(value, context)`, or an object with `handle` or `handleBatch`, and `open` and `close` if it likes. May be left out when the program gives it. */
  readonly handler?: Reference;
  /** Around this handler, inside of what the application has: modules that export a middleware. @default [] */
  readonly middleware?: readonly Reference[];
  readonly onError: ErrorPolicyConfig;
}

/** Topics (event hubs) to read. */
export type TopicsConfig =
  | string
  | readonly string[]
  | {
      /** A regular expression that the whole name must match. */
      readonly pattern: string;
    };

/** Where to begin without a committed position. */
export type StartConfig =
  | 'earliest'
  | 'latest'
  | {
      /** In each partition. */
      readonly offset: number;
    }
  | {
      /** The first record whose broker time is at or after it. */
      readonly time: string;
    };

/** What the handler gets. */
export type ValueConfig =
  | 'record'
  | 'bytes'
  | 'text'
  | 'json'
  | {
      /** JSON, checked by a Standard Schema (zod, valibot, …) that a module exports. */
      readonly schema: Reference;
    }
  | {
      /** A decoder that a module exports: a function of the value, or an object with `decode`. */
      readonly decoder: Reference;
    };

/** What happens to a record that fails: the first step that wants the failure decides; when none does, the partition stops. */
export type ErrorPolicyConfig = 'stop' | 'skip' | ErrorPolicyStep | readonly ErrorPolicyStep[];

/** One step of an error policy. */
export type ErrorPolicyStep =
  | {
      /** Tries again in place; records of the same key (or partition) wait, others go on. */
      readonly policy: 'retry';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
      /** Tries in all, the first one included. */
      readonly attempts: number;
      /** Longest wait before the second try. @default 100ms */
      readonly firstDelay?: Duration;
      /** The longest wait grows by this factor with each try. @default 2 */
      readonly factor?: number;
      /** The longest wait stops growing here. @default 30s */
      readonly maxDelay?: Duration;
    }
  | {
      /** Writes the record to a retry topic, which the consumer reads itself, and handles it again when it is due; everything else goes on. */
      readonly policy: 'park';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
      /** The retry topic: one for each group and delay, kept for longer than the delay. */
      readonly topic: string;
      /** How long a record waits there. */
      readonly delay: Duration;
      /** How often it is parked there before the next step decides. @default 1 */
      readonly times?: number;
      /** Must be true where order is kept: later records overtake one that is parked. @default false */
      readonly allowOvertaking?: boolean;
    }
  | {
      /** Writes the record to another topic with what went wrong in its headers; goes on when that is acknowledged. */
      readonly policy: 'deadLetter';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
      /** Where it is written. */
      readonly topic: string;
    }
  | {
      /** Leaves the record out, counted and logged. */
      readonly policy: 'skip';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
    }
  | {
      /** Stops the partition before the record and turns health red; others go on. */
      readonly policy: 'stop';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
    };

/** Which errors a step is for. With several keys, all must be true. */
export interface ErrorFilter {
  /** The error's `code` is (one of) this: `HANDLER_TIMEOUT`, `ECONNRESET`, `23505`. */
  readonly code?: string | readonly string[];
  /** The error's `name` is (one of) this: `DuplicateOrder`. */
  readonly name?: string | readonly string[];
  /** A function that is given the error and says true or false. */
  readonly test?: Reference;
}
