/** Why records were not written. */
import { PartitaError } from '../../../core/index.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { PendingBatch } from './pending-batch.ts';

export function unknownTopic(topic: string): PartitaError {
  return new PartitaError(
    'UNKNOWN_TOPIC',
    `Topic ${topic} does not exist. Create it with admin.createTopic({ topic: '${topic}', partitions: … }), or with kafka-topics --create --topic ${topic}.`,
    { topic },
  );
}

export function noMetadata(topic: string, timeoutMs: number, cause?: PartitaError): PartitaError {
  const why = cause === undefined ? '' : ` (${cause.message})`;
  return new PartitaError(
    'TIMEOUT',
    `The partitions of topic ${topic} could not be learned within ${timeoutMs} ms${why}. Nothing was written.`,
    { topic, cause, retriable: true },
  );
}

export function oversized(topic: string, bytes: number, limit: number): PartitaError {
  return new PartitaError(
    'RECORD_TOO_LARGE',
    `A record of ${bytes} bytes for topic ${topic} does not fit into a request of ${limit} bytes. Send less.`,
    { topic },
  );
}

export function topicGone(topic: string): PartitaError {
  return new PartitaError('UNKNOWN_TOPIC', `Topic ${topic} was deleted while it was written to.`, {
    topic,
  });
}

export function partitionGone({ topic, partition }: PartitionQueue): PartitaError {
  return new PartitaError(
    'UNKNOWN_PARTITION',
    `Topic ${topic} was made anew without partition ${partition}, while it was written to.`,
    { topic, partition },
  );
}

export function noPartition(topic: string, partition: number, count: number): PartitaError {
  return new PartitaError(
    'UNKNOWN_PARTITION',
    `Topic ${topic} has ${count} partitions, 0 to ${count - 1}; there is no partition ${partition}.`,
    { topic, partition },
  );
}

export function tooLarge(
  queue: PartitionQueue,
  batch: PendingBatch,
  cause: PartitaError,
): PartitaError {
  const { topic, partition } = queue;
  return new PartitaError(
    'RECORD_TOO_LARGE',
    `A record of about ${batch.sizeBytes} bytes for ${topic}-${partition} is too large for the topic. Raise its max.message.bytes, or send less.`,
    { topic, partition, cause },
  );
}

/** The error of records that were not acknowledged in time. */
export function expired(
  queue: PartitionQueue,
  batch: PendingBatch,
  timeoutMs: number,
): PartitaError {
  const { topic, partition } = queue;
  const sent = batch.attempts > 0 ? 'It may or may not have been written' : 'It was not sent';
  const why = batch.lastError === undefined ? '' : ` (last: ${batch.lastError.message})`;
  return new PartitaError(
    'TIMEOUT',
    `A record for ${topic}-${partition} was not acknowledged within ${timeoutMs} ms. ${sent}${why}.`,
    { topic, partition, cause: batch.lastError, retriable: true },
  );
}
