/** A processor of the official SDK, as its documentation shows: each batch is handled, then its last event is the checkpoint. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  EventHubConsumerClient,
  earliestEventPosition,
  type PartitionContext,
  type ReceivedEventData,
} from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { HandledLog } from '../../fleet/handled-log.ts';
import { readMemberTask, say } from './member-task.ts';

const task = readMemberTask();
using handled = new HandledLog(task.logFile);
const running = new Set<Promise<void>>();
const client = new EventHubConsumerClient(
  ...([task.group, task.connectionString, task.hub] as const),
  new BlobCheckpointStore(new ContainerClient(task.storage, task.container)),
  {
    identifier: task.member,
    // As quick as ours; by default it waits 30 s after the first error.
    retryOptions: { mode: 0, maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 5_000 },
    loadBalancingOptions: {
      strategy: task.strategy ?? 'balanced',
      updateIntervalInMs: task.intervalMs,
      partitionOwnershipExpirationIntervalInMs: task.expiryMs,
    },
  },
);
const subscription = client.subscribe(
  {
    processInitialize: async ({ partitionId }) => say('open', partitionId),
    processClose: async (_, { partitionId }) => say('close', partitionId),
    async processEvents(events, context) {
      const work = handle(events, context);
      running.add(work);
      await work.finally(() => running.delete(work));
    },
    processError: async (error) => say('error', error.message),
  },
  { startPosition: earliestEventPosition, maxBatchSize: 100, skipParsingBodyAsJson: true },
);
await new Promise((resolve) => process.once('SIGTERM', resolve));
await subscription.close();
await client.close();
// Neither has waited for handlers. Some timer of the client library lives on, so the process is ended.
await Promise.allSettled(running);
process.exit();

async function handle(
  events: readonly ReceivedEventData[],
  context: PartitionContext,
): Promise<void> {
  for (const { body, sequenceNumber } of events) {
    await wait(task.handleMs);
    const bytes = body as Buffer;
    const partition = Number(context.partitionId);
    handled.add(partition, sequenceNumber, bytes.readUInt32LE(0), bytes.readUInt32LE(4));
  }
  const last = events.at(-1);
  if (last !== undefined) await context.updateCheckpoint(last);
}
