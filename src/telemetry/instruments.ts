import type { ConsumerStatus, PartitionStatus } from '../core/index.ts';

/** A number that is read off when somebody collects. */
export interface Instrument<From> {
  readonly name: string;
  /** As UCUM has it: `s`, `By`, or what is counted in braces. */
  readonly unit: string;
  readonly description: string;
  /** Undefined while nobody knows. */
  read(from: From): number | undefined;
}

/** They only grow, as long as the consumer lives. */
export const consumerCounters: readonly Instrument<ConsumerStatus>[] = [
  {
    name: 'partita.consumer.handled',
    unit: '{record}',
    description: 'Records brought to an end: done, dead-lettered, parked or skipped.',
    read: ({ counts }) => counts.handled,
  },
  {
    name: 'partita.consumer.failed',
    unit: '{try}',
    description: 'Tries that failed.',
    read: ({ counts }) => counts.failures,
  },
  {
    name: 'partita.consumer.retried',
    unit: '{try}',
    description: 'Failed tries that another one follows.',
    read: ({ counts }) => counts.retries,
  },
  {
    name: 'partita.consumer.dead_lettered',
    unit: '{record}',
    description: 'Records written to a dead-letter topic.',
    read: ({ counts }) => counts.deadLettered,
  },
  {
    name: 'partita.consumer.parked',
    unit: '{record}',
    description: 'Records written to a retry topic, from where they come again.',
    read: ({ counts }) => counts.parked,
  },
  {
    name: 'partita.consumer.skipped',
    unit: '{record}',
    description: 'Records left out because the error policy said so.',
    read: ({ counts }) => counts.skipped,
  },
  {
    name: 'partita.consumer.commits',
    unit: '{commit}',
    description: 'Commits that were stored.',
    read: ({ counts }) => counts.commits,
  },
  {
    name: 'partita.consumer.commit_failures',
    unit: '{commit}',
    description: 'Commits of a partition that were not stored.',
    read: ({ counts }) => counts.commitFailures,
  },
  {
    name: 'partita.consumer.rebalances',
    unit: '{rebalance}',
    description: 'Times this member has joined its group, again or for the first time.',
    read: ({ counts }) => counts.rebalances,
  },
];

export const consumerGauges: readonly Instrument<ConsumerStatus>[] = [
  {
    name: 'partita.consumer.problems',
    unit: '{problem}',
    description: 'What is wrong at the moment; 0 when all is well.',
    read: ({ problems }) => problems.length,
  },
];

export const partitionGauges: readonly Instrument<PartitionStatus>[] = [
  {
    name: 'partita.partition.lag',
    unit: '{record}',
    description: 'Records from the first unfinished one to the end of the log.',
    read: ({ lag }) => lag,
  },
  {
    name: 'partita.partition.lag.time',
    unit: 's',
    description: 'Age of the first unfinished record, by its timestamp; 0 when all is handled.',
    read: ({ lagMs }) => seconds(lagMs),
  },
  {
    name: 'partita.partition.oldest.time',
    unit: 's',
    description: 'How long the oldest unfinished record has been in this process; 0 without one.',
    read: ({ oldestMs = 0 }) => seconds(oldestMs),
  },
  {
    name: 'partita.partition.buffered',
    unit: '{record}',
    description: 'Records fetched and not finished.',
    read: ({ buffered }) => buffered,
  },
  {
    name: 'partita.partition.buffered.size',
    unit: 'By',
    description: 'Bytes fetched and not finished.',
    read: ({ bufferedBytes }) => bufferedBytes,
  },
  {
    name: 'partita.partition.in_flight',
    unit: '{call}',
    description: 'Handlers under way.',
    read: ({ handlers }) => handlers,
  },
];

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
