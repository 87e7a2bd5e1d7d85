import {
  EventHubConsumerClient,
  earliestEventPosition,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';

export interface ReadOptions extends SubscribeOptions {
  readonly hub: string;
  /** @default '0' */
  readonly partition?: string;
  /** @default '$Default' */
  readonly group?: string;
  readonly count: number;
}

/** Quick to give up: a test has no half minute to wait for the second try. */
export const quickRetries = { retryOptions: { maxRetries: 1, retryDelayInMs: 50 } } as const;

/** Reads events of one partition with the official SDK until there are `count`, from the beginning when not told otherwise. */
export async function readEvents(
  connectionString: string,
  { hub, partition = '0', group = '$Default', count, ...options }: ReadOptions,
): Promise<ReceivedEventData[]> {
  const client = new EventHubConsumerClient(group, connectionString, hub, quickRetries);
  const events: ReceivedEventData[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      client.subscribe(
        partition,
        {
          async processEvents(batch) {
            events.push(...batch);
            if (events.length >= count) resolve();
          },
          async processError(error) {
            reject(error);
          },
        },
        { startPosition: earliestEventPosition, maxBatchSize: 100, ...options },
      );
    });
  } finally {
    await client.close();
  }
  return events;
}
