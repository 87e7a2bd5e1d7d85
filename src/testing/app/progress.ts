import type { MemoryBroker } from '../../backends/memory/index.ts';
import {
  type AdminSession,
  type App,
  type AppEvent,
  formatPartition,
  PartitaError,
  type PartitionStatus,
  type ResolvedConsumerOptions,
} from '../../core/index.ts';

export interface ProgressDeps {
  readonly broker: MemoryBroker;
  readonly admin: AdminSession;
  readonly events: readonly AppEvent[];
  readonly consumers: ReadonlyMap<string, ResolvedConsumerOptions>;
  /** The processes that run. */
  apps(): readonly App[];
}

/** How far the consumers have come with what is in the log. */
export class Progress {
  readonly #deps: ProgressDeps;

  constructor(deps: ProgressDeps) {
    this.#deps = deps;
  }

  /**
   * What is still to be done, one sentence each; empty when every record is at its end and committed as the policy says.
   *
   * @throws PartitaError `HANDLER_FAILED` when it can never be done: a partition is stopped or paused
   */
  async missing(): Promise<string[]> {
    const topics = await this.#deps.admin.topics();
    const missing: string[] = [];
    for (const options of this.#deps.consumers.values()) {
      const statuses = this.#statuses(options);
      for (const status of statuses) this.#throwIfStuck(options, status);
      for (const { topic } of topics)
        if (reads(options, topic)) missing.push(...this.#missingIn(topic, options, statuses));
    }
    return missing;
  }

  /** Has every partition that somebody wants an owner, who knows it? */
  async assigned(): Promise<boolean> {
    const topics = await this.#deps.admin.topics();
    for (const options of this.#deps.consumers.values()) {
      const owned = new Set(this.#statuses(options).map(formatPartition));
      const planned = await this.#planned(options);
      for (const { topic, partitions } of topics) {
        if (!reads(options, topic)) continue;
        for (let partition = 0; partition < partitions; partition++) {
          const place = formatPartition({ topic, partition });
          if (!readsPartition(options, partition)) continue;
          if (!owned.has(place) || planned?.has(place) === false) return false;
        }
      }
    }
    return true;
  }

  /** What the group has shared out; undefined where there is nobody to share with. */
  async #planned({ group }: ResolvedConsumerOptions): Promise<Set<string> | undefined> {
    if (group.group === null || group.subscription.kind === 'partitions') return undefined;
    const { state, members } = await this.#deps.admin.group(group.group);
    if (state !== 'Stable') return new Set();
    return new Set(members.flatMap(({ partitions }) => partitions.map(formatPartition)));
  }

  #statuses({ name }: ResolvedConsumerOptions): PartitionStatus[] {
    return this.#deps
      .apps()
      .flatMap((app) => app.consumers)
      .filter((consumer) => consumer.name === name)
      .flatMap((consumer) => consumer.status().partitions);
  }

  #missingIn(
    topic: string,
    options: ResolvedConsumerOptions,
    statuses: readonly PartitionStatus[],
  ): string[] {
    const missing: string[] = [];
    for (const [partition, end] of this.#ends(topic)) {
      const place = `${formatPartition({ topic, partition })} of ${options.name}`;
      if (!readsPartition(options, partition)) continue;
      const status = statuses.find((one) => one.topic === topic && one.partition === partition);
      if (status === undefined) missing.push(`${place} is assigned to nobody`);
      else if (status.frontier < end && status.paused) throw pausedError(place, status);
      else if (status.frontier < end)
        missing.push(`${place} is finished up to ${status.frontier} of ${end}`);
      else if (status.handlers > 0) missing.push(`${place} has handlers running`);
      else if (owesCommit(options, status))
        missing.push(`${place} is committed up to ${status.committed ?? 0} of ${status.frontier}`);
    }
    return missing;
  }

  /** Partition → offset after its last record. */
  #ends(topic: string): Map<number, number> {
    const ends = new Map<number, number>();
    for (const { partition, offset } of this.#deps.broker.records(topic))
      ends.set(partition, offset + 1);
    return ends;
  }

  #throwIfStuck({ name }: ResolvedConsumerOptions, status: PartitionStatus): void {
    const place = `${formatPartition(status)} of ${name}`;
    if (status.state === 'stopped') {
      const error = this.#lastStop(name, status);
      const why = error instanceof Error ? error.message : String(error);
      throw new PartitaError(
        'HANDLER_FAILED',
        `${place} is stopped at offset ${status.frontier}, as its error policy says, and will not go on by itself: ${why}`,
        { topic: status.topic, partition: status.partition, offset: status.frontier, cause: error },
      );
    }
  }

  #lastStop(consumer: string, { topic, partition }: PartitionStatus): unknown {
    const stops = this.#deps.events.filter(
      (event) =>
        event.kind === 'partitionStopped' &&
        event.consumer === consumer &&
        event.partition.topic === topic &&
        event.partition.partition === partition,
    );
    const last = stops.at(-1);
    return last?.kind === 'partitionStopped' ? last.error : undefined;
  }
}

function pausedError(place: string, { topic, partition, frontier }: PartitionStatus): PartitaError {
  return new PartitaError(
    'HANDLER_FAILED',
    `${place} is paused at offset ${frontier} and has records to handle: resume() it first`,
    { topic, partition, offset: frontier },
  );
}

/** Does the consumer want records of that topic? */
export function reads(
  { group: { subscription } }: ResolvedConsumerOptions,
  topic: string,
): boolean {
  switch (subscription.kind) {
    case 'topics':
      return subscription.topics.includes(topic);
    case 'pattern':
      return new RegExp(`^(?:${subscription.pattern.source})$`, subscription.pattern.flags).test(
        topic,
      );
    case 'partitions':
      return subscription.partitions.some((chosen) => chosen.topic === topic);
  }
}

function readsPartition({ group }: ResolvedConsumerOptions, partition: number): boolean {
  const { subscription } = group;
  return (
    subscription.kind !== 'partitions' ||
    subscription.partitions.some((chosen) => chosen.partition === partition)
  );
}

/** By time or by count, whichever the policy has; a policy without time owes less than a full count, `manual` nothing. */
function owesCommit(
  { commit, group }: ResolvedConsumerOptions,
  { committed, frontier }: PartitionStatus,
): boolean {
  if (group.group === null) return false;
  const { everyRecords, everyMs } = commit;
  if (everyMs === Number.POSITIVE_INFINITY) {
    if (everyRecords === Number.POSITIVE_INFINITY) return false;
    return frontier - (committed ?? 0) >= everyRecords;
  }
  return committed !== frontier;
}
