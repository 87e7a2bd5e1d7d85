import { PartitaError } from '../../../core/index.ts';
import { errorCode, type ProducePartitionResult } from '../../../protocol/index.ts';
import { isRetriableKafkaCode, kafkaError } from '../wire/kafka-error.ts';

/** What becomes of a batch after an attempt. */
export type ProduceOutcome =
  /** `baseOffset` -1: written, the broker does not say where. */
  | { readonly kind: 'written'; readonly baseOffset: number }
  | { readonly kind: 'retry'; readonly error: PartitaError; readonly stale: boolean }
  /** The broker does not know our sequences (any more); it has not written the batch. */
  | { readonly kind: 'renew'; readonly error: PartitaError }
  | { readonly kind: 'too-large'; readonly error: PartitaError }
  /** By position in the batch. The others were not written either, through no fault of their own. */
  | { readonly kind: 'refused'; readonly records: ReadonlyMap<number, PartitaError> }
  | { readonly kind: 'failed'; readonly error: PartitaError };

/** Whoever answers so is not the leader, or will not be for long. */
const stale: ReadonlySet<number> = new Set([
  errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  errorCode.LEADER_NOT_AVAILABLE,
  errorCode.NOT_LEADER_OR_FOLLOWER,
  errorCode.REPLICA_NOT_AVAILABLE,
  errorCode.KAFKA_STORAGE_ERROR,
  errorCode.LISTENER_NOT_FOUND,
  errorCode.FENCED_LEADER_EPOCH,
  errorCode.UNKNOWN_LEADER_EPOCH,
]);

const outOfSequence: ReadonlySet<number> = new Set([
  errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errorCode.UNKNOWN_PRODUCER_ID,
  errorCode.INVALID_PRODUCER_EPOCH,
]);

/** Reads a partition's part of the response. A part that is missing says nothing about the batch, so it is sent again. */
export function outcomeOf(
  topic: string,
  partition: number,
  result: ProducePartitionResult | undefined,
): ProduceOutcome {
  const what = `Produce to ${topic}-${partition}`;
  if (result === undefined) {
    const message = `${what}: the response has no result for the partition.`;
    const error = new PartitaError('INTERNAL', message, { topic, partition, retriable: true });
    return { kind: 'retry', error, stale: true };
  }
  const { errorCode: code, errorMessage: brokerMessage, recordErrors, baseOffset } = result;
  if (code === errorCode.NONE) return { kind: 'written', baseOffset };
  // An earlier attempt got through, so long ago that the broker has forgotten where.
  if (code === errorCode.DUPLICATE_SEQUENCE_NUMBER) return { kind: 'written', baseOffset: -1 };
  const error = kafkaError(code, what, { topic, partition, brokerMessage });
  if (stale.has(code)) return { kind: 'retry', error, stale: true };
  if (outOfSequence.has(code)) return { kind: 'renew', error };
  if (isRetriableKafkaCode(code)) return { kind: 'retry', error, stale: false };
  if (error.code === 'RECORD_TOO_LARGE') return { kind: 'too-large', error };
  if (recordErrors.length === 0) return { kind: 'failed', error };
  const records = recordErrors.map(({ batchIndex, message }): [number, PartitaError] => [
    batchIndex,
    kafkaError(code, what, { topic, partition, brokerMessage: message ?? brokerMessage }),
  ]);
  return { kind: 'refused', records: new Map(records) };
}
