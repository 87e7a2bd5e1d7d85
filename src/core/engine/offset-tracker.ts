import type { Position } from '../model/position.ts';

const firstCapacity = 1024;

/**
 * Knows which records of one partition are finished, and so how far the position may be committed: up to the first
 * record that is not. Offsets that are no records (compaction, transaction markers) are never waited for.
 *
 * Records are added in log order and finished in any order. A ring of flat arrays: no object per record.
 */
export class OffsetTracker {
  #offsets = new Float64Array(firstCapacity);
  #done = new Uint8Array(firstCapacity);
  /** Allocated with the first token, so that brokers without them pay nothing. */
  #tokens: (string | undefined)[] | undefined;
  #mask = firstCapacity - 1;
  /** First unfinished record, and one past the last added, as ever-growing sequence numbers. */
  #head = 0;
  #tail = 0;
  #unfinished = 0;
  #nextOffset: number;
  #nextToken: string | undefined;
  #tokenBeforeHead: string | undefined;

  constructor(start: Position) {
    this.#nextOffset = start.offset;
    this.#nextToken = start.token;
    this.#tokenBeforeHead = start.token;
  }

  /** Records added and not finished. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** Records from the first unfinished one to the last added. */
  get span(): number {
    return this.#tail - this.#head;
  }

  /** Position after everything that was added. */
  get next(): Position {
    return position(this.#nextOffset, this.#nextToken);
  }

  /** Takes a record in. Offsets grow from call to call. */
  add(offset: number, token?: string): void {
    if (this.span > this.#mask) this.#grow();
    const slot = this.#tail & this.#mask;
    this.#offsets[slot] = offset;
    this.#done[slot] = 0;
    if (token !== undefined) this.#tokens ??= new Array(this.#mask + 1);
    if (this.#tokens !== undefined) this.#tokens[slot] = token;
    this.#tail++;
    this.#unfinished++;
    this.#nextOffset = offset + 1;
    if (token !== undefined) this.#nextToken = token;
  }

  /** Says that the log was read up to here, also where no record was. */
  reachedTo({ offset, token }: Position): void {
    if (offset < this.#nextOffset) return;
    this.#nextOffset = offset;
    if (token !== undefined) this.#nextToken = token;
  }

  /** Is this record here and not finished? */
  isUnfinished(offset: number): boolean {
    const sequence = this.#find(offset);
    return sequence >= 0 && this.#done[sequence & this.#mask] === 0;
  }

  /** Marks one record as finished. False when it is unknown here or was finished before. */
  complete(offset: number): boolean {
    const sequence = this.#find(offset);
    if (sequence < 0) return false;
    const slot = sequence & this.#mask;
    if (this.#done[slot] === 1) return false;
    this.#done[slot] = 1;
    this.#unfinished--;
    if (sequence === this.#head) this.#advance();
    return true;
  }

  /** Where a successor has to begin so that nothing unfinished is skipped. */
  frontier(): Position {
    if (this.#head === this.#tail) return this.next;
    return position(this.#offsets[this.#head & this.#mask] as number, this.#tokenBeforeHead);
  }

  /** Runs of finished offsets beyond the frontier, as `[from, to)` pairs in ascending order. */
  completedRuns(): number[] {
    const runs: number[] = [];
    for (let sequence = this.#head; sequence < this.#tail; ) {
      while (sequence < this.#tail && this.#done[sequence & this.#mask] === 0) sequence++;
      if (sequence === this.#tail) break;
      const from = this.#offsets[sequence & this.#mask] as number;
      while (sequence < this.#tail && this.#done[sequence & this.#mask] === 1) sequence++;
      runs.push(from, (this.#offsets[(sequence - 1) & this.#mask] as number) + 1);
    }
    return runs;
  }

  #advance(): void {
    let head = this.#head;
    while (head < this.#tail && this.#done[head & this.#mask] === 1) {
      if (this.#tokens !== undefined) this.#tokenBeforeHead = this.#tokens[head & this.#mask];
      head++;
    }
    this.#head = head;
  }

  /** Sequence of an offset, or -1. Without gaps the first guess is right. */
  #find(offset: number): number {
    if (this.#head === this.#tail) return -1;
    const guess = this.#head + (offset - (this.#offsets[this.#head & this.#mask] as number));
    if (guess < this.#head) return -1;
    if (guess < this.#tail && this.#offsets[guess & this.#mask] === offset) return guess;
    let low = this.#head;
    let high = Math.min(guess, this.#tail - 1);
    while (low <= high) {
      const middle = low + Math.floor((high - low) / 2);
      const found = this.#offsets[middle & this.#mask] as number;
      if (found === offset) return middle;
      if (found < offset) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    const mask = capacity - 1;
    const offsets = new Float64Array(capacity);
    const done = new Uint8Array(capacity);
    const tokens: (string | undefined)[] | undefined = this.#tokens && new Array(capacity);
    for (let sequence = this.#head; sequence < this.#tail; sequence++) {
      offsets[sequence & mask] = this.#offsets[sequence & this.#mask] as number;
      done[sequence & mask] = this.#done[sequence & this.#mask] as number;
      if (tokens) tokens[sequence & mask] = this.#tokens?.[sequence & this.#mask];
    }
    this.#offsets = offsets;
    this.#done = done;
    this.#tokens = tokens;
    this.#mask = mask;
  }
}

function position(offset: number, token: string | undefined): Position {
  return token === undefined ? { offset } : { offset, token };
}
