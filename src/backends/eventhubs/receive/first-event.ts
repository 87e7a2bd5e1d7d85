import type { EventHubConsumerClient, EventPosition, ReceivedEventData } from '@azure/event-hubs';
import type { Hubs } from '../sdk/hubs.ts';

/** Of a receiver that only looks: `waitMs` is how long it does. */
export interface Look {
  readonly partition: number;
  readonly from: EventPosition;
  readonly ownerLevel: number;
  readonly waitMs: number;
}

/** The first event at a place, or undefined when none came in time. Rejects with the error of the SDK. */
export async function firstEvent(
  hubs: Pick<Hubs, 'dismiss'>,
  client: EventHubConsumerClient,
  { partition, from, ownerLevel, waitMs }: Look,
): Promise<ReceivedEventData | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedEventData | undefined>();
  const subscription = client.subscribe(
    String(partition),
    {
      processEvents: async ([event]) => resolve(event),
      processError: async (error) => reject(error),
    },
    {
      startPosition: from,
      maxBatchSize: 1,
      prefetchCount: 1,
      maxWaitTimeInSeconds: waitMs / 1_000,
      skipParsingBodyAsJson: true,
      ownerLevel,
    },
  );
  try {
    return await promise;
  } finally {
    await hubs.dismiss(subscription);
  }
}
