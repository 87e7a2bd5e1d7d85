import type { EventHubConsumerClient, EventPosition } from '@azure/event-hubs';
import {
  PartitaError,
  type Position,
  type StartPosition,
  type StoredPosition,
  type TopicPartition,
} from '../../../core/index.ts';
import { eventHubsError } from '../sdk/event-hubs-error.ts';
import type { Hubs, LogRange } from '../sdk/hubs.ts';
import { firstEvent } from './first-event.ts';

/** An event that is known to be there does not take that long. */
const LOOK_MS = 10_000;

export interface Place {
  readonly place: TopicPartition;
  readonly range: LogRange;
  readonly hubs: Hubs;
  readonly client: EventHubConsumerClient;
  readonly ownerLevel: number;
}

/** A committed position. Others may have stored a token alone: then the event behind it says the number. */
export async function committedPosition(at: Place, stored: StoredPosition): Promise<Position> {
  const { offset, token } = stored;
  if (offset !== null) return { offset, ...(token !== null && { token }) };
  if (token === null) return { offset: at.range.begin };
  if (token === at.range.lastToken) return { offset: at.range.end, token };
  return { offset: await look(at, { offset: token, isInclusive: false }), token };
}

/** Where `start` is in this partition, looked up now. The service finds a time only by reading from it. */
export async function startOffset(at: Place, start: StartPosition): Promise<number> {
  const { begin, end, lastEnqueuedMs } = at.range;
  if (start === 'earliest') return begin;
  if (start === 'latest') return end;
  if ('offset' in start) return start.offset;
  const { timestampMs } = start;
  if (begin === end || lastEnqueuedMs < timestampMs) return end;
  // The SDK asks for what is later, never for what is at the time.
  return look(at, { enqueuedOn: timestampMs - 1 });
}

async function look(
  { place, hubs, client, ownerLevel }: Place,
  from: EventPosition,
): Promise<number> {
  const { topic, partition } = place;
  try {
    const event = await firstEvent(hubs, client, { partition, from, ownerLevel, waitMs: LOOK_MS });
    if (event !== undefined) return event.sequenceNumber;
  } catch (error) {
    throw eventHubsError(`find a position in ${topic}-${partition}`, error, { topic, partition });
  }
  throw new PartitaError(
    'TIMEOUT',
    `No event of ${topic}-${partition} came within ${LOOK_MS} ms, though there is one at the position asked for`,
    { topic, partition, retriable: true },
  );
}
