import type { PartitaError } from '../../../core/index.ts';
import { outOfRange } from './fetch-errors.ts';
import type { FetcherOptions } from './fetcher.ts';
import type { LogPoint, PartitionState } from './partition-state.ts';

export interface LostPlacesContext {
  readonly options: FetcherOptions;
  report(error: PartitaError, state: PartitionState): void;
}

/** Where to go on when the place we were at is not in the log any more: deleted, truncated, or of another topic. */
export class LostPlaces {
  readonly #context: LostPlacesContext;

  constructor(context: LostPlacesContext) {
    this.#context = context;
  }

  /** `end`: where the leader's log leaves ours (KIP-320). */
  compare(state: PartitionState, end: LogPoint): void {
    const { delivered, wanted } = state;
    state.failures = 0;
    state.need = 'records';
    if (end.offset < 0 || end.epoch < 0 || isAnotherTopic(state)) {
      state.rewind();
      state.need = 'new-position';
    } else if (end.offset < delivered.offset || end.epoch < delivered.epoch) {
      this.#truncated(state, { ...end, offset: Math.min(end.offset, delivered.offset) });
    } else if (end.offset < wanted.offset || end.epoch < wanted.epoch) {
      state.rewind();
    }
  }

  /** `offset`: the log's beginning or end, as the policy asks for. */
  found(state: PartitionState, offset: number): void {
    const { outOfRange: policy } = this.#context.options;
    const log = policy === 'latest' ? 'ends' : 'begins';
    const why = `is not in the log, which ${log} at ${offset}`;
    this.#settle(state, policy === 'fail' ? undefined : { offset, epoch: -1 }, why);
  }

  /**
   * Records that were delivered are not in the log any more. What has taken their place is read from the first of them on,
   * under `earliest` and under `latest`, as Java's consumer does: nothing is lost by that, and nothing else repeated.
   */
  #truncated(state: PartitionState, end: LogPoint): void {
    const { outOfRange: policy } = this.#context.options;
    const why = 'was taken back when the partition got a new leader: its log was truncated';
    this.#settle(state, policy === 'fail' ? undefined : end, why);
  }

  #settle(state: PartitionState, to: LogPoint | undefined, why: string): void {
    const error = outOfRange(state, why, to, this.#context.options.outOfRange);
    state.moveTo(to ?? state.delivered);
    state.halted = to === undefined;
    state.failures = 0;
    state.trouble = null;
    this.#context.report(error, state);
    state.trouble = null;
  }
}

/**
 * Epochs of a partition only rise, and the leader has accepted ours as its own. One below that of a record we have read
 * means that the topic was deleted and created anew.
 */
function isAnotherTopic({ leaderEpoch, delivered }: PartitionState): boolean {
  return leaderEpoch >= 0 && leaderEpoch < delivered.epoch;
}
