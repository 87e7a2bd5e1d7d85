import type { RecordMetadata } from './record.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What went wrong, as a closed set. Match on it: it outlives class renames and duplicate installs. */
export type ErrorCode =
  /** Options or a call's arguments are wrong. All problems are listed at once. */
  | 'INVALID_CONFIG'
  /** An optional client library is not installed. */
  | 'MISSING_PEER'
  /** No broker could be reached. */
  | 'CONNECTION_FAILED'
  /** A request got no answer in time. */
  | 'TIMEOUT'
  /** Credentials were refused. */
  | 'AUTHENTICATION_FAILED'
  /** The credentials do not allow this operation. */
  | 'AUTHORIZATION_FAILED'
  | 'UNKNOWN_TOPIC'
  | 'UNKNOWN_PARTITION'
  /** There is no trace of the group: no members, no positions. */
  | 'UNKNOWN_GROUP'
  | 'TOPIC_EXISTS'
  | 'RECORD_TOO_LARGE'
  /** The position asked for is not in the log. */
  | 'OFFSET_OUT_OF_RANGE'
  /** Received bytes are damaged. Nothing is skipped. */
  | 'CORRUPT_DATA'
  /** The peer does not speak a version of the protocol we need. */
  | 'UNSUPPORTED'
  /** The group has moved on: the partition is not ours any more, or the generation is old. */
  | 'COMMIT_FENCED'
  /** Another process uses the same static member name. */
  | 'MEMBER_FENCED'
  /** Members of the group offer no assignor in common, or mix eager-only and cooperative-only. */
  | 'INCOMPATIBLE_GROUP'
  /** The backend refused or failed for a passing reason. */
  | 'UNAVAILABLE'
  /** A decoder or schema refused the record. */
  | 'DECODE_FAILED'
  /** A value that is to be written to a typed topic does not fit it. */
  | 'ENCODE_FAILED'
  /** A handler threw or rejected. */
  | 'HANDLER_FAILED'
  /** A handler did not finish within its time limit. */
  | 'HANDLER_TIMEOUT'
  /** Used after close, or interrupted by it. */
  | 'CLOSED'
  /** A defect of Partita or of a backend; please report it. */
  | 'INTERNAL';

/** Where it happened and why. */
export interface ErrorDetails {
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly cause?: unknown;
  /** Doing the same again, unchanged, may succeed. @default false */
  readonly retriable?: boolean;
}

const brand = Symbol.for('partita.error');

/** Every error Partita throws or reports. `message` says what failed, with which value, and what to do. */
export class PartitaError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PartitaError';
    this.code = code;
    this.retriable = details.retriable ?? false;
    if (details.topic !== undefined) this.topic = details.topic;
    if (details.partition !== undefined) this.partition = details.partition;
    if (details.offset !== undefined) this.offset = details.offset;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for our errors, also those of a second copy of the package. */
  static is(value: unknown): value is PartitaError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** A commit came too late: the partition is no longer ours, or the generation is over. Never retried. */
export class CommitFencedError extends PartitaError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('COMMIT_FENCED', message, { ...details, retriable: false });
    this.name = 'CommitFencedError';
  }
}

/** Wrong options: every problem found, one sentence each, in `problems`. What looks like a secret in them is left out. */
export class InvalidConfigError extends PartitaError {
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    const shown = problems.map(withoutSecrets);
    super('INVALID_CONFIG', `Invalid ${what}: ${shown.join('; ')}.`);
    this.name = 'InvalidConfigError';
    this.problems = shown;
  }
}

/** Some or all records of one `send` were not acknowledged. */
export class ProduceError extends PartitaError {
  /** One entry per record, in the order given to `send`. */
  readonly results: readonly (RecordMetadata | PartitaError)[];

  constructor(results: readonly (RecordMetadata | PartitaError)[]) {
    const failures = results.filter((result) => PartitaError.is(result));
    const first = failures[0];
    super(
      first?.code ?? 'INTERNAL',
      `${failures.length} of ${results.length} records were not acknowledged; the first: ${first?.message ?? 'unknown'}`,
      {
        cause: first,
        retriable: failures.every((failure) => failure.retriable),
        ...(first?.topic !== undefined && { topic: first.topic }),
        ...(first?.partition !== undefined && { partition: first.partition }),
      },
    );
    this.name = 'ProduceError';
    this.results = results;
  }
}
