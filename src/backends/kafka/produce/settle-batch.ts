/** What a batch's outcome means for the batch and its partition. */
import type { PartitaError, Random } from '../../../core/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Delivery } from './broker-sender.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { PendingBatch } from './pending-batch.ts';
import { tooLarge } from './produce-error.ts';
import type { ProduceOutcome } from './produce-outcome.ts';

export interface Settlement {
  readonly nowMs: number;
  readonly random: Random;
  readonly idempotent: boolean;
}

/** Batches to send (again), in front of the queue. `stale`: the leader was not the leader. */
export interface Again {
  readonly batches: readonly PendingBatch[];
  readonly stale: boolean;
}

const nothing: Again = { batches: [], stale: false };

/** Settles the batch, or says what is to be sent in its place. A batch that expired meanwhile is settled already. */
export function settleBatch(
  { queue, batch }: Delivery,
  outcome: ProduceOutcome,
  settlement: Settlement,
): Again {
  const expired = batch.settled;
  switch (outcome.kind) {
    case 'written':
      queue.failures = 0;
      if (settlement.idempotent) queue.advance(batch.count);
      if (!expired) batch.acknowledge(queue.topic, queue.partition, outcome.baseOffset);
      return nothing;
    case 'retry':
      if (expired) queue.forgetIdentity();
      return again(queue, batch, outcome.error, { ...settlement, stale: outcome.stale });
    case 'renew':
      if (!settlement.idempotent) return fail(batch, outcome.error);
      queue.forgetIdentity();
      return again(queue, batch, outcome.error, { ...settlement, stale: false });
    case 'too-large':
      if (expired) return nothing;
      if (batch.count === 1) return fail(batch, tooLarge(queue, batch, outcome.error));
      queue.limitBytes = Math.min(queue.limitBytes, batch.sizeBytes >>> 1);
      return { batches: batch.split(), stale: false };
    case 'refused': {
      if (expired) return nothing;
      const rest = batch.dropRecords(outcome.records);
      return rest === undefined ? nothing : { batches: [rest], stale: false };
    }
    case 'failed':
      return fail(batch, outcome.error);
  }
}

function again(
  queue: PartitionQueue,
  batch: PendingBatch,
  error: PartitaError,
  { nowMs, random, stale }: Settlement & { readonly stale: boolean },
): Again {
  batch.lastError = error;
  queue.failures++;
  queue.retryAtMs = nowMs + backoffMs(queue.failures, random);
  return { batches: batch.settled ? [] : [batch], stale };
}

function fail(batch: PendingBatch, error: PartitaError): Again {
  if (!batch.settled) batch.fail(error);
  return nothing;
}
