import { PartitaError } from '../../../core/index.ts';
import { firstEvent } from '../receive/first-event.ts';
import { eventHubsError, isDisconnectedByOther, isNotFound } from '../sdk/event-hubs-error.ts';
import type { Hubs } from '../sdk/hubs.ts';

/**
 * Looks whether a consumer group exists, before anything is written for it. The service has no question for that, so a receiver
 * is opened for a moment; where others read with an owner level it is refused, which is an answer too.
 *
 * @throws PartitaError `INVALID_CONFIG` when there is no such group.
 */
export async function checkConsumerGroup(hubs: Hubs, topic: string, group: string): Promise<void> {
  const client = hubs.receiver(topic, group, false);
  try {
    // Level 0 of a client without a store is none at all.
    await firstEvent(hubs, client, {
      partition: 0,
      from: { offset: '@latest' },
      ownerLevel: 0,
      waitMs: 1,
    });
  } catch (error) {
    if (isNotFound(error)) throw groupMissing(topic, group, error);
    if (isDisconnectedByOther(error) || isFull(error)) return;
    throw eventHubsError(`open the consumer group ${group} of ${topic}`, error, { topic });
  } finally {
    await hubs.dismiss(client);
  }
}

export function groupMissing(topic: string, group: string, cause: unknown): PartitaError {
  return new PartitaError(
    'INVALID_CONFIG',
    `The event hub ${topic} has no consumer group ${group}. Create it, or correct group`,
    { topic, cause },
  );
}

/** Five receivers without an owner level are the most. */
function isFull(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'QuotaExceededError';
}
