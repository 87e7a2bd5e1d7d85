import {
  type AssignedPartition,
  Backoff,
  type GroupOptions,
  PartitaError,
  type StoredPosition,
  sleep,
  startIn,
  type TopicPartition,
} from '../../../core/index.ts';
import { checkRange } from '../receive/event-position.ts';
import { committedPosition, startOffset } from '../receive/start-position.ts';
import type { Readers, SessionDeps } from './readers.ts';

/** A partition that is ours, and what the group knows of it. */
export interface Opening extends TopicPartition {
  readonly epoch: number;
  readonly ownerLevel: number;
  readonly position: StoredPosition | null;
  readonly metadata: string;
}

/** Where reading begins; `reset` when the position was not in the log. */
export interface Opened {
  readonly assigned: AssignedPartition;
  readonly ownerLevel: number;
  readonly reset: PartitaError | undefined;
}

type StartOptions = Pick<GroupOptions, 'start' | 'retryTopics' | 'outOfRange'>;

/** Finds out where to begin, and tries again after passing errors. Undefined when `gone` was aborted before. */
export async function findStart(
  deps: SessionDeps & { readonly readers: Readers; failed(error: PartitaError): void },
  options: StartOptions,
  opening: Opening,
  gone: AbortSignal,
): Promise<Opened | undefined> {
  const backoff = new Backoff(deps.env.random, 200, 10_000);
  while (!gone.aborted) {
    try {
      return await lookUp(deps, options, opening, gone);
    } catch (error) {
      if (!PartitaError.is(error) || !error.retriable) throw error;
      if (gone.aborted) return undefined;
      deps.failed(error);
      await sleep(deps.env.clock, backoff.next(), gone);
    }
  }
  return undefined;
}

async function lookUp(
  { hubs, readers }: SessionDeps & { readonly readers: Readers },
  options: StartOptions,
  { topic, partition, epoch, ownerLevel, position: stored, metadata }: Opening,
  gone: AbortSignal,
): Promise<Opened | undefined> {
  const place = { topic, partition };
  const range = await hubs.range(place);
  // A session that was closed meanwhile has no clients any more, and opens none.
  if (gone.aborted) return undefined;
  const at = { place, range, hubs, client: readers.client(topic), ownerLevel };
  const isCommitted = stored !== null;
  const wanted = isCommitted
    ? await committedPosition(at, stored)
    : { offset: await startOffset(at, startIn(options, topic)) };
  const check = checkRange(place, wanted, range, options.outOfRange);
  if (check.kind === 'reset') {
    const assigned = { ...place, epoch, position: check.position, committed: false, metadata: '' };
    return { assigned, ownerLevel, reset: check.error };
  }
  const assigned = { ...place, epoch, position: wanted, committed: isCommitted, metadata };
  return { assigned, ownerLevel, reset: undefined };
}
