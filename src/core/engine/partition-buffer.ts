import type { ResolvedBuffer } from '../options/resolved-options.ts';

/** Most records between the first unfinished and the last fetched one: bounds what a crash could repeat, and memory. */
const maxSpan = 100_000;

/** Back-pressure of one partition: full at the high watermark, room again at the low one, in records and in bytes. */
export class PartitionBuffer {
  #records = 0;
  #bytes = 0;
  #full = false;
  #limits: ResolvedBuffer;

  constructor(limits: ResolvedBuffer) {
    this.#limits = limits;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#full;
  }

  /** Partitions came or went, and with them the share of each. */
  setLimits(limits: ResolvedBuffer): void {
    this.#limits = limits;
  }

  add(sizeBytes: number): void {
    this.#records++;
    this.#bytes += sizeBytes;
  }

  remove(sizeBytes: number): void {
    this.#records--;
    this.#bytes -= sizeBytes;
  }

  clear(): void {
    this.#records = 0;
    this.#bytes = 0;
    this.#full = false;
  }

  /** Looks whether a high watermark is reached. */
  measure(span: number): void {
    const { highRecords, highBytes } = this.#limits;
    this.#full ||= this.#records >= highRecords || this.#bytes >= highBytes || span >= maxSpan;
  }

  /** True once, when a full buffer has come down to the low watermarks. */
  drained(span: number): boolean {
    if (!this.#full) return false;
    const { lowRecords, lowBytes } = this.#limits;
    if (this.#records > lowRecords || this.#bytes > lowBytes || span > maxSpan / 2) return false;
    this.#full = false;
    return true;
  }
}
