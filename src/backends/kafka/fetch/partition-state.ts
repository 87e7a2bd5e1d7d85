import {
  formatPartition,
  type PartitionPosition,
  type TopicPartition,
} from '../../../core/index.ts';
import type { FetchedBytes } from './fetched-bytes.ts';

/** An offset and the epoch of the leader that wrote the record before it; -1 when unknown. */
export interface LogPoint {
  readonly offset: number;
  readonly epoch: number;
}

/** What the partition's broker is asked for next. */
export type Need = 'records' | 'epoch-check' | 'new-position';

/** One question to a broker. Compared by identity: an answer to any other question is too late. */
export interface Ask {
  readonly states: readonly PartitionState[];
}

/** All the fetcher knows of one partition. Data only; the rules are in the files that change it. */
export class PartitionState implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;

  /** Everything before it has been handed to the sink. */
  delivered: LogPoint;
  /** What the broker is asked for: behind `delivered` by what lies in `fetched`. */
  wanted: LogPoint;
  /** Answers whose records have not all been delivered, oldest first. */
  fetched: FetchedBytes[] = [];
  /** Most bytes in one answer; grows for a record that is larger. */
  maxBytes: number;

  need: Need = 'records';
  /** The question under way that this partition is part of. A seek clears it, and so discards the answer. */
  asked: Ask | null = null;
  /** The sink has no room, or the partition was paused by hand. */
  paused = false;
  /** Stands still until `seek`. */
  halted = false;

  /** Who is asked; null while metadata is awaited. */
  brokerId: number | null = null;
  leaderId = -1;
  leaderEpoch = -1;
  /** Until then a replica in our rack is asked in place of the leader. */
  replicaUntilMs = 0;
  /** Until then the leader is asked without naming our rack, because the replica it chose failed. */
  noReplicaUntilMs = 0;

  /** Failures since the last good answer. */
  failures = 0;
  /** Reads of damaged bytes at `delivered`. */
  corruptReads = 0;
  /** Trouble that was reported and is not over. */
  trouble: string | null = null;

  constructor({ topic, partition, offset }: PartitionPosition, maxBytes: number) {
    this.topic = topic;
    this.partition = partition;
    this.key = formatPartition(this);
    this.maxBytes = maxBytes;
    this.delivered = { offset, epoch: -1 };
    this.wanted = this.delivered;
  }

  /** Room for one more answer beside the one that is being delivered. */
  get askable(): boolean {
    return (
      !this.paused &&
      !this.halted &&
      this.asked === null &&
      this.brokerId !== null &&
      this.fetched.length < 2
    );
  }

  get undeliveredBytes(): number {
    let bytes = 0;
    for (const fetched of this.fetched) bytes += fetched.bytesLeft;
    return bytes;
  }

  /** Goes on somewhere else: what was fetched or asked before does not count any more. */
  moveTo(point: LogPoint): void {
    this.fetched = [];
    this.asked = null;
    this.delivered = point;
    this.wanted = point;
    this.need = 'records';
    this.corruptReads = 0;
  }

  /** Forgets what was fetched and not delivered; it is asked for again. */
  rewind(): void {
    this.fetched = [];
    this.asked = null;
    this.wanted = this.delivered;
  }
}
