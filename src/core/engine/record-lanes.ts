import type { ConsumerRecord } from '../model/record.ts';
import { keyHash } from './key-hash.ts';
import { type LaneOwner, RecordLane } from './record-lane.ts';

/** The lanes of one partition: one for all, one per key, or one per record. */
export class RecordLanes {
  readonly #owner: LaneOwner;
  readonly #order: 'partition' | 'key' | 'none';
  /** Lanes with something in them. */
  readonly #lanes = new Set<RecordLane>();
  readonly #byKey = new Map<number, RecordLane>();

  constructor(owner: LaneOwner, order: 'partition' | 'key' | 'none') {
    this.#owner = owner;
    this.#order = order;
  }

  push(record: ConsumerRecord): void {
    this.#laneOf(record).push(record);
  }

  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Forgets what waits, for good. What runs may end. */
  clear(): void {
    for (const lane of this.#lanes) lane.clear();
    this.#lanes.clear();
    this.#byKey.clear();
  }

  emptied(lane: RecordLane): void {
    this.#lanes.delete(lane);
    if (lane.key !== undefined && this.#byKey.get(lane.key) === lane) this.#byKey.delete(lane.key);
  }

  #laneOf(record: ConsumerRecord): RecordLane {
    const key = this.#keyOf(record);
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return known;
    const lane = new RecordLane(this.#owner, key);
    this.#lanes.add(lane);
    if (key !== undefined) this.#byKey.set(key, lane);
    return lane;
  }

  /** A record without a key, or without order, is a lane of its own. */
  #keyOf(record: ConsumerRecord): number | undefined {
    if (this.#order === 'partition') return 0;
    if (this.#order === 'none') return undefined;
    const { key } = record;
    return key === null ? undefined : keyHash(key);
  }
}
