import { type ErrorCode, PartitaError } from '../../../core/index.ts';
import { errorCode, errorName, ProtocolError } from '../../../protocol/index.ts';
import type { LogPoint, PartitionState } from './partition-state.ts';

/** Codes by which a broker says that our metadata is old: part of every change of leaders. */
const staleMetadata: ReadonlySet<number> = new Set([
  errorCode.LEADER_NOT_AVAILABLE,
  errorCode.NOT_LEADER_OR_FOLLOWER,
  errorCode.REPLICA_NOT_AVAILABLE,
  errorCode.KAFKA_STORAGE_ERROR,
  errorCode.FENCED_LEADER_EPOCH,
  errorCode.UNKNOWN_LEADER_EPOCH,
  errorCode.OFFSET_NOT_AVAILABLE,
  errorCode.UNKNOWN_TOPIC_OR_PARTITION,
]);

const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [errorCode.UNKNOWN_TOPIC_OR_PARTITION, 'UNKNOWN_TOPIC'],
  [errorCode.TOPIC_AUTHORIZATION_FAILED, 'AUTHORIZATION_FAILED'],
]);

/** The first such answer is cured by new metadata in most cases, and is not worth a report. */
export function isStaleMetadata(code: number): boolean {
  return staleMetadata.has(code);
}

/** A refusal that we go on asking against, because what it says may change. */
export function refusal(api: string, code: number, state: PartitionState): PartitaError {
  const advice =
    code === errorCode.TOPIC_AUTHORIZATION_FAILED
      ? `Allow this user to read topic ${state.topic}; until then it is asked again and again.`
      : 'It is asked again and again.';
  return new PartitaError(
    codes.get(code) ?? 'UNAVAILABLE',
    `${api} for ${state.key} at offset ${state.wanted.offset} was answered ${errorName(code)}. ${advice}`,
    at(state, state.wanted.offset, true),
  );
}

/** Failures that the caller may take for the end of everything, although the fetcher goes on: a damaged answer. */
export function brokerError(error: PartitaError): PartitaError {
  if (error.code !== 'CORRUPT_DATA') return error;
  return new PartitaError(error.code, `${error.message} It is asked again.`, {
    cause: error,
    retriable: true,
  });
}

/** @param again whether the bytes are going to be fetched once more */
export function damage(state: PartitionState, cause: unknown, again: boolean): PartitaError {
  const { offset } = state.delivered;
  const what = cause instanceof Error ? cause.message : String(cause);
  const advice = again
    ? 'The bytes are fetched again.'
    : `Nothing is skipped: ${state.key} stands still until a seek past the damage, or until the log is repaired and the partition is assigned anew.`;
  // An unknown format may also be a damaged byte: no checksum covers the one that tells it.
  const isUnknown = cause instanceof ProtocolError && cause.code === 'UNSUPPORTED';
  const code = isUnknown ? 'UNSUPPORTED' : 'CORRUPT_DATA';
  return new PartitaError(
    code,
    `${state.key} cannot be read at offset ${offset}: ${what} ${advice}`,
    {
      ...at(state, offset, again),
      cause,
    },
  );
}

/** @param to the new position; undefined: none is chosen (policy `fail`) */
export function outOfRange(
  state: PartitionState,
  why: string,
  to: LogPoint | undefined,
  policy: string,
): PartitaError {
  const { offset } = state.delivered;
  const reaction =
    to === undefined
      ? `By outOfRange 'fail' the partition stands still until a seek.`
      : `By outOfRange '${policy}' reading goes on at offset ${to.offset}; ${distance(offset, to.offset)}`;
  return new PartitaError(
    'OFFSET_OUT_OF_RANGE',
    `Offset ${offset} of ${state.key} ${why}. ${reaction}`,
    at(state, offset, to !== undefined),
  );
}

function distance(from: number, to: number): string {
  return to >= from
    ? `${to - from} offsets were passed without being read.`
    : `the last ${from - to} offsets are read anew.`;
}

function at(
  { topic, partition }: PartitionState,
  offset: number,
  retriable: boolean,
): { topic: string; partition: number; offset: number; retriable: boolean } {
  return { topic, partition, offset, retriable };
}
