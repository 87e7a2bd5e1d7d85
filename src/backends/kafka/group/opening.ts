import {
  type AssignedPartition,
  type BackendEnv,
  formatPartition,
  PartitaError,
  type Position,
  sleep,
  type TopicPartition,
} from '../../../core/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import type { Wire } from '../wire/wire.ts';
import { fetchStoredPositions } from './committed-offsets.ts';
import type { Coordinator } from './coordinator.ts';
import { findStartPositions, type StartOptions } from './start-positions.ts';

export interface OpeningDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  readonly start: StartOptions;
  /** Where positions are stored; absent for a session that stores none. */
  readonly store?: { readonly coordinator: Coordinator; readonly group: string };
  /** Is it still ours, under this stamp? */
  readonly wanted: (partition: TopicPartition, epoch: number) => boolean;
  /** These are ready to be read. */
  readonly opened: (partitions: readonly AssignedPartition[]) => void;
  readonly trouble: (error: PartitaError) => void;
  readonly signal: AbortSignal;
}

/**
 * Finds out where to begin in partitions that have just become ours, for as long as they are. Those that are known first are
 * opened first: one that waits for a transaction to end holds up no other.
 *
 * @throws PartitaError what no repetition heals.
 */
export async function openPartitions(
  deps: OpeningDeps,
  partitions: readonly TopicPartition[],
  epoch: number,
): Promise<void> {
  const { env, signal } = deps;
  let rest = partitions;
  for (let failures = 0; ; failures++) {
    rest = rest.filter((partition) => deps.wanted(partition, epoch));
    if (rest.length === 0 || signal.aborted) return;
    rest = await openSome(deps, rest, epoch, failures);
    if (rest.length > 0) await sleep(env.clock, retryDelayMs(failures + 2, env.random), signal);
  }
}

/** @returns those that have to be tried again. */
async function openSome(
  deps: OpeningDeps,
  partitions: readonly TopicPartition[],
  epoch: number,
  failures: number,
): Promise<readonly TopicPartition[]> {
  try {
    const positions = await findPositions(deps, partitions);
    const opened: AssignedPartition[] = [];
    const rest: TopicPartition[] = [];
    for (const { topic, partition } of partitions) {
      const found = positions.get(formatPartition({ topic, partition }));
      if (found === undefined) rest.push({ topic, partition });
      else if (deps.wanted({ topic, partition }, epoch))
        opened.push({ topic, partition, epoch, ...found });
    }
    if (opened.length > 0) deps.opened(opened);
    return rest;
  } catch (error) {
    if (deps.signal.aborted) return [];
    if (!PartitaError.is(error) || !error.retriable) throw error;
    if ((failures & (failures + 1)) === 0) deps.trouble(error);
    return partitions;
  }
}

interface Found {
  readonly position: Position;
  readonly committed: boolean;
  readonly metadata: string;
}

async function findPositions(
  { wire, store, start, signal }: OpeningDeps,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  let fresh = partitions;
  if (store !== undefined) {
    const known = await fetchStoredPositions(store.coordinator, store.group, partitions, signal);
    fresh = known.filter(({ stored }) => stored === null).map(({ partition }) => partition);
    for (const { partition, stored } of known) {
      if (stored === null) continue;
      const { offset, metadata } = stored;
      found.set(formatPartition(partition), { position: { offset }, committed: true, metadata });
    }
  }
  if (fresh.length === 0) return found;
  for (const [key, position] of await findStartPositions(wire, start, fresh))
    found.set(key, { position, committed: false, metadata: '' });
  return found;
}
